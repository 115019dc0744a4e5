/* Starts the ready-made form components (counters, error focus, password reveal); pages work without it. */
const address = document.querySelector("meta[name=concerted-components]");
if (address && "noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  import(address.content).then((components) => components.initAll({ onError: () => {} })).catch(() => {
    document.body.classList.remove("js-enabled", "govuk-frontend-supported");
  });
}
