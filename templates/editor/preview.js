/* 预览：框里只有站点的样式，不运行脚本；文章换了，看到的地方不动。 */
(function () {
  "use strict";
  kbEdit.preview = function () {
    var frame = kbEdit.el("iframe", { "class": "frame", title: "预览", sandbox: "allow-same-origin allow-popups", src: "site/frame/" });
    var article = "", dark = window.matchMedia("(prefers-color-scheme: dark)");
    function show() {
      var inner = frame.contentDocument, place = inner && inner.getElementById("article");
      if (!place) return;
      inner.body.setAttribute("data-md-color-scheme", dark.matches ? "slate" : "default");
      if (place.getAttribute("data-shown") === article) return;
      place.innerHTML = article;
    }
    frame.addEventListener("load", show);
    dark.addListener(show);
    return { node: frame, show: function (html) { if (html !== null && html !== article) { article = html; show(); } } };
  };
})();
