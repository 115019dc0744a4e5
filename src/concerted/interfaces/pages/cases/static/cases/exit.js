/* Leaves the page at once and replaces it in the history; without scripts the link alone does it. */
"use strict";
(() => {
  const link = document.querySelector("[data-quick-exit]");
  if (!link) return;
  let pressed = [];
  const leave = () => {
    document.documentElement.hidden = true;
    try { sessionStorage.clear(); } catch { /* a browser that keeps nothing has nothing to clear */ }
    window.location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) return;
    const now = Date.now();
    pressed = [...pressed.filter((at) => now - at < 3000), now];
    if (pressed.length >= 3) leave();
  });
})();
