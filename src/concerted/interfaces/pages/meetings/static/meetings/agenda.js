/* Lets the items of an agenda be dragged into another order; the buttons beside them do the same without it. */
(function () {
  "use strict";
  var list = document.querySelector("[data-sortable]");
  var form = document.getElementById("steps");
  if (!list || !form || !("draggable" in document.createElement("li"))) { return; }
  var dragged = null;

  function items() { return Array.prototype.slice.call(list.querySelectorAll("[data-id]")); }
  function order() { return items().map(function (item) { return item.getAttribute("data-id"); }).join(","); }

  items().forEach(function (item) {
    var handle = item.querySelector(".m-handle");
    if (handle) { handle.hidden = false; }
    item.draggable = true;
    item.addEventListener("dragstart", function (event) {
      dragged = item;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.getAttribute("data-id"));
    });
    item.addEventListener("dragover", function (event) {
      if (!dragged || dragged === item) { return; }
      event.preventDefault();
      item.setAttribute("data-over", "");
    });
    item.addEventListener("dragleave", function () { item.removeAttribute("data-over"); });
    item.addEventListener("drop", function (event) {
      event.preventDefault();
      item.removeAttribute("data-over");
      if (!dragged || dragged === item) { return; }
      var below = items().indexOf(dragged) < items().indexOf(item);
      list.insertBefore(dragged, below ? item.nextSibling : item);
      form.elements.order.value = order();
      form.action = list.getAttribute("data-order-url");
      form.submit();
    });
    item.addEventListener("dragend", function () { dragged = null; });
  });
})();
