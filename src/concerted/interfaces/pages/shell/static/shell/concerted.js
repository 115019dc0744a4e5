/* What scripts add to pages that work without them: saving drafts, asking before harm, shortcuts, charts. No page depends on it. */
(function () {
  "use strict";
  var body = document.body;
  if (!body || !document.addEventListener || !window.fetch || !Element.prototype.closest) { return; }

  function text(key) { return body.getAttribute("data-text-" + key) || ""; }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  /* ---- drafts saved as typed -------------------------------------------------------------------- */

  function Draft(form) {
    this.form = form;
    this.url = form.getAttribute("data-autosave");
    this.version = form.getAttribute("data-version") || "";
    this.status = form.querySelector("[data-save-status]") || this.makeStatus();
    this.dirty = false;
    this.saving = false;
    this.stopped = false;
    this.wait = null;
    var draft = this;
    form.addEventListener("input", function () { draft.touch(1500); });
    form.addEventListener("change", function () { draft.touch(300); });
    window.addEventListener("online", function () { if (draft.dirty) { draft.save(); } });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden" && draft.dirty) { draft.save(); }
    });
  }

  Draft.prototype.makeStatus = function () {
    var line = document.createElement("p");
    line.className = "c-save";
    line.setAttribute("role", "status");
    line.setAttribute("data-save-status", "");
    this.form.appendChild(line);
    return line;
  };

  Draft.prototype.say = function (state, words, link) {
    this.status.setAttribute("data-state", state);
    this.status.textContent = words;
    if (link) {
      var anchor = document.createElement("a");
      anchor.href = link;
      anchor.className = "govuk-link";
      anchor.textContent = text("compare");
      this.status.appendChild(document.createTextNode(" "));
      this.status.appendChild(anchor);
    }
  };

  Draft.prototype.touch = function (delay) {
    this.dirty = true;
    this.form.setAttribute("data-unsaved", "");
    if (this.stopped) { return; }
    this.say("unsaved", text("unsaved"));
    clearTimeout(this.wait);
    this.wait = setTimeout(this.save.bind(this), delay);
  };

  Draft.prototype.save = function () {
    if (this.saving || this.stopped) { return; }
    clearTimeout(this.wait);
    var draft = this;
    var headers = { "X-CSRFToken": token(this.form), "X-Requested-With": "autosave", "Accept": "application/json" };
    if (this.version) { headers["If-Match"] = this.version; }
    this.saving = true;
    this.dirty = false;
    this.say("saving", text("saving"));
    fetch(this.url, { method: "POST", body: new FormData(this.form), headers: headers, credentials: "same-origin" })
      .then(function (answer) { draft.saving = false; return draft.take(answer); })
      .catch(function () {
        draft.saving = false;
        draft.dirty = true;
        draft.say("offline", text("offline"));
        draft.wait = setTimeout(draft.save.bind(draft), 15000);
      });
  };

  Draft.prototype.take = function (answer) {
    if (answer.status === 412 || answer.status === 409) { return this.stale(answer); }
    if (!answer.ok || answer.redirected) {
      this.dirty = true;
      this.say("refused", text("refused"));
      return null;
    }
    this.version = answer.headers.get("ETag") || this.version;
    var field = this.form.querySelector("[data-version-field]");
    if (field) { field.value = this.version; }
    this.beside = answer.headers.get("X-Beside") || this.beside;
    if (this.dirty) { this.touch(300); return null; }
    this.form.removeAttribute("data-unsaved");
    if (this.beside) { this.say("stale", text("beside"), this.beside); return null; }
    var now = new Date();
    var clock = ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
    this.say("saved", text("saved").replace("%(time)s", clock));
    return null;
  };

  Draft.prototype.stale = function (answer) {
    var draft = this;
    this.stopped = true;
    this.dirty = true;
    return answer.json().catch(function () { return {}; }).then(function (told) {
      draft.say("stale", text("stale"), told.compare || draft.form.getAttribute("data-compare") || "");
    });
  };

  function token(form) {
    var field = form && form.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : body.getAttribute("data-csrf");
  }

  all("form[data-autosave]").forEach(function (form) { form.concertedDraft = new Draft(form); });

  /* ---- leaving with changes not saved ----------------------------------------------------------- */

  all("form[data-warn-unsaved], form[data-autosave]").forEach(function (form) {
    form.addEventListener("input", function () { form.setAttribute("data-unsaved", ""); });
    form.addEventListener("submit", function () { form.removeAttribute("data-unsaved"); });
  });
  window.addEventListener("beforeunload", function (event) {
    if (!document.querySelector("form[data-unsaved]")) { return; }
    event.preventDefault();
    event.returnValue = text("leave");
  });

  /* ---- asking before an act that is hard to take back -------------------------------------------- */

  document.addEventListener("submit", function (event) {
    var asker = event.submitter && event.submitter.getAttribute("data-confirm") ? event.submitter : event.target;
    var question = asker.getAttribute("data-confirm");
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopPropagation(); }
  }, true);

  /* ---- a file that would be refused is told before it is sent, so that nothing typed beside it is lost ---- */

  function tooLarge(field) {
    var file = field.files && field.files[0];
    var over = file && file.size > Number(field.getAttribute("data-most-bytes"));
    field.setCustomValidity(over ? field.getAttribute("data-too-large") : "");
    if (over) { field.reportValidity(); }
    return over;
  }
  all("input[type=file][data-most-bytes]").forEach(function (field) {
    field.addEventListener("change", function () { tooLarge(field); });
    field.form.addEventListener("submit", function (event) {
      if (tooLarge(field)) { event.preventDefault(); event.stopPropagation(); }
    }, true);
  });

  /* ---- what takes long says so at once ---- */

  all("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented || form.querySelector("[data-busy-line]")) { return; }
      var line = document.createElement("p");
      line.className = "govuk-inset-text";
      line.setAttribute("role", "status");
      line.setAttribute("data-busy-line", "");
      line.textContent = form.getAttribute("data-busy");
      form.appendChild(line);
    });
  });

  /* ---- keys, menus, filters ----------------------------------------------------------------------- */

  document.addEventListener("keydown", function (event) {
    var open = document.querySelector("details[data-menu][open]");
    if (event.key === "Escape" && open) {
      open.removeAttribute("open");
      open.querySelector("summary").focus();
    }
    var typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });
  document.addEventListener("click", function (event) {
    all("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute("open"); }
    });
  });
  if (window.matchMedia && window.matchMedia("(max-width: 48rem)").matches) {
    all("details[data-filters]").forEach(function (panel) { panel.removeAttribute("open"); });
  }
  all(".c-nav__list, .c-case-nav, .c-tabs__list, .c-tabs").forEach(function (row) {
    var here = row.querySelector("[aria-current]");
    if (here && row.scrollWidth > row.clientWidth) {
      row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - 40;
    }
  });
  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  all("select[data-submit-on-change]").forEach(function (choice) {
    choice.addEventListener("change", function () { choice.form.submit(); });
  });

  /* ---- parts of pages fetched by htmx --------------------------------------------------------------- */

  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRFToken"] = token(event.target.closest("form"));
  });
  function warn(key) {
    var place = document.getElementById("messages");
    if (!place) { return; }
    var words = document.createElement("p");
    words.className = "c-message c-message--error";
    words.textContent = text(key);
    place.textContent = "";
    place.appendChild(words);
  }
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    document.addEventListener(name, function () { warn("failed"); });
  });
  document.addEventListener("allauth.error", function (event) { event.preventDefault(); warn("key"); });
  document.addEventListener("htmx:afterSettle", function (event) { draw(event.target); });

  /* ---- charts: <div data-chart="id-of-json-script"> --------------------------------------------------- */

  function draw(within) {
    var places = all("[data-chart]", within);
    if (!places.length) { return; }
    library(function (echarts) {
      places.forEach(function (place) {
        var source = document.getElementById(place.getAttribute("data-chart"));
        if (!source || place.getAttribute("data-drawn")) { return; }
        place.setAttribute("data-drawn", "yes");
        var chart = echarts.init(place, null, { renderer: "svg" });
        var option = JSON.parse(source.textContent);
        option.aria = option.aria || { enabled: true, decal: { show: true } };
        option.animation = false;
        chart.setOption(option);
        window.addEventListener("resize", function () { chart.resize(); });
      });
    });
  }

  function library(then) {
    if (window.echarts) { then(window.echarts); return; }
    var address = document.querySelector("meta[name=concerted-charts]");
    if (!address) { return; }
    var script = document.createElement("script");
    script.src = address.content;
    script.onload = function () { then(window.echarts); };
    document.head.appendChild(script);
  }

  /* Drafts of case work lie on this device, encrypted; signing out wipes them. A session that only ran out does not:
     the officer finds them again, and nobody else can read them. */
  function wipeDrafts() {
    Object.keys(localStorage).forEach(function (key) {
      if (key.indexOf("draft:") === 0) { localStorage.removeItem(key); }
    });
    sessionStorage.removeItem("draft-sent");
    document.dispatchEvent(new Event("concerted:drafts-wiped"));
  }
  if (/^\/account\/logout/.test(location.pathname)) { wipeDrafts(); }
  /* What was sent is no draft any more once the server says that it was taken; what never arrived still is. */
  var sent = sessionStorage.getItem("draft-sent");
  if (/(^|; )draft_taken=1/.test(document.cookie)) {
    if (sent) { localStorage.removeItem(sent); }
    document.cookie = "draft_taken=; path=/; max-age=0; samesite=strict";
  }
  sessionStorage.removeItem("draft-sent");
  document.addEventListener("submit", function (event) {
    if (/\/account\/logout\//.test(event.target.action)) { wipeDrafts(); }
  });

  draw(document);
})();
