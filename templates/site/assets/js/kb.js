/* 全站脚本：字号、深浅色、打印、菜单、目录里标出读到哪里。没有它，页面一样能读。
   记住的字号和深浅色由页面开头的一行先用上，免得画面跳动。 */
(function () {
  "use strict";
  var root = document.documentElement, body = document.body;
  function remember(name, value) {
    try { window.localStorage.setItem(name, value); } catch (refused) { /* 存不住就只管这一页 */ }
  }
  function label(button) {
    if (button) button.title = body.getAttribute("data-md-color-scheme") === "slate" ? "切换到浅色" : "切换到深色";
  }
  [].forEach.call(document.querySelectorAll(".kb-size, .kb-top a"), function (one) { one.title = one.getAttribute("aria-label"); });
  label(document.querySelector(".kb-dark"));
  document.addEventListener("click", function (event) {
    var target = event.target;
    if (!(target instanceof Element)) return;
    if (target.closest(".kb-size")) {
      var large = root.getAttribute("data-kb-size") !== "large";
      if (large) root.setAttribute("data-kb-size", "large"); else root.removeAttribute("data-kb-size");
      remember("kb-size", large ? "large" : "");
    }
    var dark = target.closest(".kb-dark");
    if (dark) {
      var scheme = body.getAttribute("data-md-color-scheme") === "slate" ? "default" : "slate";
      body.setAttribute("data-md-color-scheme", scheme);
      remember("kb-scheme", scheme);
      label(dark);
    }
  });

  /* 条目的打印按钮：没有脚本时它什么也做不了，所以不写在页面里 */
  var acts = document.querySelector(".kb-acts");
  if (acts) {
    var print = document.createElement("button");
    print.type = "button";
    print.className = "kb-act";
    print.textContent = "打印本条";
    print.addEventListener("click", function () { window.print(); });
    acts.appendChild(print);
  }

  /* 出处标记指到哪份文献、哪项规定：页末“来自”“相关条目”写着，鼠标停在标记上时也告诉 */
  document.addEventListener("mouseover", function (event) {
    var mark = event.target instanceof Element && event.target.closest(".kc:not([data-told]), .kd:not([data-told])");
    if (!mark) return;
    var place = mark.title;
    mark.setAttribute("data-told", "");
    if (!mark.pathname) { mark.title = place || "编者整理，待核对"; return; }
    [].forEach.call(document.querySelectorAll(".kb-from a, .kb-links a"), function (one) {
      if (one.pathname !== mark.pathname || one.hash) return;
      mark.title = one.textContent + (mark.classList.contains("kd") ? place : "，第" + mark.hash.slice(2) + "段");
    });
  });

  var menu = document.getElementById("kb-menu");
  if (menu) {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.checked) { menu.checked = false; menu.focus(); }
    });
  }

  var links = [].slice.call(document.querySelectorAll(".kb-toc a"));
  if (links.length && window.IntersectionObserver) {
    var heads = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
    var mark = function () {
      var now = 0;
      heads.forEach(function (head, at) { if (head && head.getBoundingClientRect().top < 120) now = at; });
      links.forEach(function (link, at) { link.classList.toggle("on", at === now); });
    };
    var watch = new IntersectionObserver(mark, { rootMargin: "-120px 0px 0px 0px" });
    heads.forEach(function (head) { if (head) watch.observe(head); });
  }
})();
