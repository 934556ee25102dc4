// Asks the API with the stored token, and shows the page, the sign-in form, or a refusal.
const api = document.getElementById("application").dataset.api;
const status = document.getElementById("status");

function showPage(person) {
  document.getElementById("sign-in")?.remove();
  status.textContent = `Hello, ${person.name}.`;
  const mark = document.createElement("meta");
  mark.name = "lab";
  mark.content = "OK";
  document.head.append(mark);
}

function showForm(text) {
  status.textContent = text;
  if (document.getElementById("sign-in")) return;
  document.body.append(document.getElementById("signed-out").content.cloneNode(true));
  document.getElementById("sign-in").addEventListener("submit", signIn);
}

function showRefusal() {
  status.textContent = "";
  const line = document.createElement("p");
  line.id = "refused";
  line.textContent = "You may not write reports.";
  document.body.append(line);
}

async function signIn(event) {
  event.preventDefault();
  const answer = await fetch("/api/login", { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
  if (!answer.ok) return showForm("That name or password is not right.");
  localStorage.setItem("token", (await answer.json()).token);
  await load();
}

async function load() {
  const token = localStorage.getItem("token");
  if (!token) return showForm("You are not signed in.");
  const answer = await fetch(api, { headers: { Authorization: `Bearer ${token}` } });
  if (answer.ok) return showPage(await answer.json());
  if (answer.status === 403) return showRefusal();
  showForm("Your page could not be loaded.");
}

await load();
