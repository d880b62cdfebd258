/* 全站脚本：字号、打印。没有它，页面一样能读。 */
(function () {
  "use strict";
  var root = document.documentElement;
  function remembered(name) {
    try { return window.localStorage.getItem(name); } catch (refused) { return null; }
  }
  function remember(name, value) {
    try { window.localStorage.setItem(name, value); } catch (refused) { /* 存不住就只管这一页 */ }
  }
  if (remembered("kb-size") === "large") root.setAttribute("data-kb-size", "large");
  document.addEventListener("click", function (event) {
    var target = event.target;
    if (!(target instanceof Element)) return;
    if (target.closest("[data-kb-print]")) window.print();
    if (target.closest("[data-kb-size]")) {
      var large = root.getAttribute("data-kb-size") !== "large";
      if (large) root.setAttribute("data-kb-size", "large"); else root.removeAttribute("data-kb-size");
      remember("kb-size", large ? "large" : "");
    }
  });
})();
