/* Leaves the page at once and replaces it in the history; without scripts the link alone does it. Never asks first. */
"use strict";
(() => {
  const link = document.querySelector("[data-quick-exit]");
  if (!link) return;
  let leaving = false;
  const leave = () => {
    leaving = true;
    document.documentElement.hidden = true;
    for (const form of document.querySelectorAll("form[data-unsaved]")) form.removeAttribute("data-unsaved");
    try { sessionStorage.clear(); } catch { /* a browser that keeps nothing has nothing to clear */ }
    window.location.replace(link.href);
  };
  /* No other script may hold the page back with a question that whoever is watching would read. */
  window.addEventListener("beforeunload", (event) => { if (leaving) event.stopImmediatePropagation(); }, true);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  /* Shift counts where it is pressed and let go by itself: not with another key or the mouse, not held, not in the
     middle of a Chinese word. Three times within two seconds leave. */
  let pressed = [];
  let down = null;
  const other = () => { down = null; pressed = []; };
  document.addEventListener("keydown", (event) => {
    const alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!alone) return other();
    if (!event.repeat) down = Date.now();
  });
  document.addEventListener("mousedown", other);
  document.addEventListener("compositionstart", other);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || down === null) return;
    const now = Date.now();
    const short = now - down < 700;
    down = null;
    if (!short || event.isComposing) return other();
    pressed = [...pressed.filter((at) => now - at < 2000), now];
    if (pressed.length >= 3) leave();
  });
})();
