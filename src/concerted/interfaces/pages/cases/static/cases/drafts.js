/* Keeps what is typed on this device, encrypted (AES-GCM) under a secret of the officer that the device never keeps:
   it is in the page alone. What lies here names no case and no form. Signing out in any tab wipes it; so does another
   officer. A draft keeps the version it began from: put back on a newer one, it is sent as what it is, an old one. */
"use strict";
(async () => {
  const form = document.querySelector("form[data-keep-draft]");
  if (!form || !window.crypto || !window.crypto.subtle) return;
  const secret = form.dataset.draftSecret;
  const bytes = (text) => new TextEncoder().encode(text);
  const coded = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const decoded = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  if (localStorage.getItem("draft:owner") !== form.dataset.draftOwner) {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
    localStorage.setItem("draft:owner", form.dataset.draftOwner);
  }
  const place = `draft:${coded(await window.crypto.subtle.digest("SHA-256", bytes(`${secret} ${form.dataset.keepDraft}`)))}`;
  const root = await window.crypto.subtle.importKey("raw", bytes(secret), "HKDF", false, ["deriveKey"]);
  const key = await window.crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: bytes("concerted drafts"), info: bytes(place) },
    root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const hidden = new Set(["csrfmiddlewaretoken", "once", "why"]);
  const typed = () => [...new FormData(form)].filter(([name, value]) => !hidden.has(name) && typeof value === "string");
  const before = JSON.stringify(typed());
  let gone = false;

  const keep = async () => {
    const now = JSON.stringify(typed());
    if (now === before) return;
    const nonce = window.crypto.getRandomValues(new Uint8Array(12));
    const sealed = await window.crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, bytes(now));
    if (localStorage.getItem("draft:owner") !== form.dataset.draftOwner) gone = true;
    if (gone) return say(form.dataset.draftGone);
    localStorage.setItem(place, `${coded(nonce)}.${coded(sealed)}`);
    form.dataset.draftKept = "yes";
  };
  let said = null;
  const say = (words) => {
    if (!words || said === words) return;
    said = words;
    const note = document.createElement("p");
    note.className = "govuk-inset-text";
    note.setAttribute("role", "status");
    note.textContent = words;
    form.prepend(note);
  };
  const put = (values) => {
    for (const control of form.elements) {
      if (!control.name || hidden.has(control.name) || control.type === "hidden" || control.tagName === "BUTTON") continue;
      const found = values.get(control.name) || [];
      if (control.type === "checkbox" || control.type === "radio") control.checked = found.includes(control.value);
      else if (control.type !== "file" && found.length) control.value = found[0];
    }
  };
  const restore = async () => {
    const kept = localStorage.getItem(place);
    if (!kept) return;
    try {
      const [nonce, sealed] = kept.split(".").map(decoded);
      const plain = await window.crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, sealed);
      const values = new Map();
      for (const [name, value] of JSON.parse(new TextDecoder().decode(plain))) {
        values.set(name, [...(values.get(name) || []), value]);
      }
      put(values);
      say(form.dataset.draftRestored);
      const version = form.elements.row_version;
      const [began] = values.get("row_version") || [];
      if (version && began !== undefined && began !== version.value) {
        version.value = began;
        say(form.dataset.draftOld);
      }
      form.dispatchEvent(new Event("change", { bubbles: true }));
    } catch {
      localStorage.removeItem(place);
    }
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 400);
  });
  /* What is sent stays until the server says that it was taken: a broken line or a full disk loses nothing. */
  form.addEventListener("submit", () => {
    window.clearTimeout(waiting);
    sessionStorage.setItem("draft-sent", place);
    keep();
  });
  document.addEventListener("concerted:drafts-wiped", () => { gone = true; });
  if (!document.querySelector(".govuk-error-message, .govuk-error-summary")) await restore();
  form.dataset.draftReady = "yes";
})();
