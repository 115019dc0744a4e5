/* Looks for places of the whole nation while one types; without it the places nearby are offered. */
"use strict";
(() => {
  for (const input of document.querySelectorAll("input[data-places]")) {
    const list = document.getElementById(input.getAttribute("list"));
    if (!list || input.dataset.placesReady) continue;
    input.dataset.placesReady = "yes";
    const nearby = [...list.children];
    let waiting = 0;
    let asked = "";
    const look = async () => {
      const words = input.value.trim();
      if (words === asked) return;
      asked = words;
      if (words.length < 1 || /\d{6}/.test(words)) {
        list.replaceChildren(...nearby);
        return;
      }
      try {
        const answer = await fetch(`${input.dataset.places}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
        if (!answer.ok || asked !== words) return;
        const found = (await answer.json()).places;
        list.replaceChildren(...found.map((text) => new Option("", text)), ...nearby);
      } catch {
        list.replaceChildren(...nearby);
      }
    };
    input.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(look, 200);
    });
  }
})();
