// An app that goes in circles: a dead token leads to the sign-in page, and there any token leads back.
const status = document.getElementById("status");
const { api } = document.getElementById("application").dataset;
let rounds = 0;

function showPage(person) {
  document.getElementById("sign-in")?.remove();
  status.textContent = `Hello, ${person.name}.`;
  const mark = document.createElement("meta");
  mark.name = "lab";
  mark.content = "OK";
  document.head.append(mark);
}

function showForm() {
  status.textContent = "You are not signed in.";
  document.body.append(document.getElementById("signed-out").content.cloneNode(true));
  document.getElementById("sign-in").addEventListener("submit", signIn);
}

async function signIn(event) {
  event.preventDefault();
  const answer = await fetch("/api/login", { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
  if (!answer.ok) return;
  localStorage.setItem("token", (await answer.json()).token);
  history.replaceState(null, "", "/");
  await show();
}

async function show() {
  const token = localStorage.getItem("token");
  if (!token) return showForm();
  const answer = await fetch(api, { headers: { Authorization: `Bearer ${token}` } });
  if (answer.ok) return showPage(await answer.json());
  // The sign-in page finds a token and leads back, once a second.
  location.hash = "#/login";
  rounds += 1;
  if (rounds >= 2) document.documentElement.dataset.circles = String(rounds);
  setTimeout(() => { location.hash = "#/"; show(); }, 1000);
}

await show();
