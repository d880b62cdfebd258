/* 文件在别处改过：两份对照，由编者选。 */
(function () {
  "use strict";
  var el = kbEdit.el;
  kbEdit.compare = function (conflict, chosen) {
    var rows = conflict.rows.map(function (row) {
      if (row[0] === "…") return el("tr", { "class": "left-out" }, el("td", { colspan: "2", text: "……" }));
      var cells = row[0] === "-" ? [row[1], null] : row[0] === "+" ? [null, row[2]] : [row[1], row[2]];
      return el("tr", { "class": row[0] === "=" ? "" : "differs" }, cells.map(function (text, at) {
        return text === null ? el("td", { "class": "nothing" }) : el("td", {}, row[0] === "=" ? text : el(at ? "ins" : "del", { text: text || " " }));
      }));
    });
    var words = conflict.gone ? "这个文件已经被删去或改名。" : "打开以后，这个文件在别处改过了（另一个窗口、git，或别的程序）。没有写进去，你写的都还在。";
    var box;
    function act(what) { return function () { box.close(); chosen(what); }; }
    box = kbEdit.dialog("文件在别处改过了", [
      el("p", { text: words }),
      conflict.joined !== null && conflict.joined !== undefined
        ? el("p", { text: "两边改的不是同一处，可以合在一起。" })
        : conflict.gone ? null : el("p", { text: "两边改了同一处，要选一份；另一份还能取回。" }),
      el("div", { "class": "scroll", tabindex: "0", role: "region", "aria-label": "两份对照" }, el("table", { "class": "compare" }, [
        el("thead", {}, el("tr", {}, [el("th", { scope: "col", text: "文件里现在的" }), el("th", { scope: "col", text: "我写的" })])),
        el("tbody", {}, rows.length ? rows : el("tr", {}, el("td", { colspan: "2", text: "两份一样。" })))]))
    ], [
      conflict.joined !== null && conflict.joined !== undefined ? kbEdit.button("合在一起，再看一遍", act("join"), "button--main") : null,
      kbEdit.button(conflict.gone ? "用我写的重新建这个文件" : "用我写的盖过去", act("mine")),
      conflict.gone ? null : kbEdit.button("用文件里的，放下我写的", act("theirs")),
      kbEdit.button("先不保存", act(""))
    ]);
  };
})();
