// The worker's pages work without this file. It only offers names of employers while one is
// typed, and a button to print.
(function () {
  "use strict";
  var list = document.querySelector("[data-suggest]");
  var input = list && document.querySelector('[list="' + list.id + '"]');
  var waiting = 0;
  var asked = "";

  function offer() {
    var term = input.value.trim();
    if (term.length < 2 || term === asked) return;
    asked = term;
    var call = new XMLHttpRequest();
    call.open("GET", list.getAttribute("data-suggest") + "?q=" + encodeURIComponent(term));
    call.onload = function () {
      // The server sends <option> elements alone, with every name escaped.
      if (call.status === 200 && term === asked) list.innerHTML = call.responseText;
    };
    call.send();
  }

  if (input) {
    input.addEventListener("input", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(offer, 250);
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
