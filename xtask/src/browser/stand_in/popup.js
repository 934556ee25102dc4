// Draws the popup's contract from what the background noted, and plays the states through.
const tab = new URLSearchParams(location.search).get("tab");
const key = `view:${tab}`;

const draw = view => {
  const main = document.createElement("main");
  main.dataset.tab = tab;
  main.dataset.site = view ? new URL(view.url).hostname : "";
  main.dataset.state = view?.state ?? "clear";
  if (view) {
    main.innerHTML = `<section data-finding="stand-in" data-rank="1" data-confidence="likely">
      <h1>A title</h1><p>One sentence.</p><ul><li data-evidence="status">Status</li></ul>
      <button data-remedy="fix" data-touches="nothing" data-primary>Fix</button>
      <details><summary>More</summary><button data-remedy="folded" data-touches="nothing">Folded</button></details>
      <ul><li data-remedy="ask-owner">Ask the owner</li></ul></section>
      <button data-undo ${view.state === "fixed" ? "" : "hidden"}>Undo</button><button data-copy-report>Copy</button><pre data-report>Report</pre>`;
    const section = main.querySelector("section");
    section.dataset.status = view.status;
    section.dataset.url = view.url;
    const go = state => () => browser.storage.session.set({ [key]: { ...view, state } });
    main.querySelector("[data-remedy=fix]").onclick = go("fixed");
    main.querySelector("[data-remedy=folded]").onclick = go("working");
    main.querySelector("[data-undo]").onclick = go("wall");
  }
  document.body.replaceChildren(main);
};

const redraw = async () => draw((await browser.storage.session.get(key))[key]);
browser.storage.session.onChanged.addListener(redraw);
console.log("spoken by the " + "popup");
redraw();
