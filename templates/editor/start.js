/* 从地址 # 后面认出要做什么：一览、新建、编辑某一条。 */
(function () {
  "use strict";
  var main = document.getElementById("main");
  function show() {
    var place = "";
    try { place = decodeURIComponent(location.hash.slice(1)); } catch (broken) { place = location.hash.slice(1); }
    var fresh = /^new\/([a-z0-9_-]+)\/([^]*)$/.exec(place);
    if (/^content\//.test(place)) { kbEdit.work(main, place); return; }
    kbEdit.leave();
    kbEdit.entries(main, fresh ? { type: fresh[1], title: fresh[2] } : null);
  }
  kbEdit.ask("begin", {}, function (told) {
    kbEdit.setting = told;
    window.addEventListener("hashchange", show);
    show();
  }, function (said) {
    kbEdit.state(said, "bad");
    main.textContent = said + "。请回到终端，重新运行 kb edit。";
  });
})();
