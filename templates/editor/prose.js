/* 正文：一块 Markdown 文字，几个插入按钮，和这一类应有的小节。 */
(function () {
  "use strict";
  var el = kbEdit.el;

  /* 从当前条目的文件夹到另一条的相对路径 */
  function link(folder, row) {
    var parts = row.path.split("/");
    return "[" + row.title + "](" + (parts[1] === folder ? "" : "../" + parts[1] + "/") + parts[2] + ")";
  }
  kbEdit.prose = function (kind, value, changed) {
    var id = kbEdit.name("body");
    var area = el("textarea", { "class": "prose", id: id, rows: "18", spellcheck: "false" });
    area.value = value;
    var sections = el("div", { "class": "sections" });
    function headings() {
      return area.value.split("\n").filter(function (line) { return /^## /.test(line); }).map(function (line) { return line.slice(3).trim(); });
    }
    /* 在光标所在行的行首放进；选中的各行都放 */
    function lines(mark) {
      var from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, to = area.value.indexOf("\n", area.selectionEnd);
      if (to < 0) to = area.value.length;
      var number = 0, picked = area.value.slice(from, to).split("\n").map(function (text) {
        number += 1;
        return (typeof mark === "string" ? mark : mark(number)) + text.replace(/^(#+|[-*+]|\d+\.)\s+/, "");
      }).join("\n");
      area.setSelectionRange(from, to);
      kbEdit.insert(area, picked);
    }
    /* 另起一段放进 */
    function block(text) {
      var before = area.value.slice(0, area.selectionStart), lead = !before || /\n\n$/.test(before) ? "" : /\n$/.test(before) ? "\n" : "\n\n";
      area.setSelectionRange(area.selectionEnd, area.selectionEnd);
      kbEdit.insert(area, lead + text);
    }
    function pickLink() {
      var box, finder = kbEdit.finder(kbEdit.findEntries([]), function (row) {
        box.close();
        kbEdit.insert(area, link(kind.folder, row));
      }, "按标题或编号找");
      finder.input.setAttribute("aria-label", "条目");
      box = kbEdit.dialog("链接到一条", finder.node, kbEdit.button("不插入了", function () { box.close(); }));
      finder.input.focus();
    }
    /* 缺的小节放在它该在的地方：排在它后面的第一个已有小节之前，没有就放在末尾 */
    function addSection(section) {
      var at = kind.sections.indexOf(section), place = area.value.length;
      var later = kind.sections.slice(at + 1).map(function (one) { return one.heading; });
      var offset = 0;
      area.value.split("\n").some(function (line) {
        if (/^## /.test(line) && later.indexOf(line.slice(3).trim()) >= 0) { place = offset; return true; }
        offset += line.length + 1;
        return false;
      });
      var before = area.value.slice(0, place), lead = !before || /\n\n$/.test(before) ? "" : /\n$/.test(before) ? "\n" : "\n\n";
      area.focus();
      area.setSelectionRange(place, place);
      kbEdit.insert(area, lead + "## " + section.heading + "\n\n" + (place < area.value.length ? "\n\n" : ""));
      var caret = (before + lead + "## " + section.heading + "\n\n").length;
      area.setSelectionRange(caret, caret);
    }
    function tell() {
      var known = headings();
      kbEdit.empty(sections);
      kind.sections.forEach(function (section) {
        var there = known.indexOf(section.heading) >= 0;
        kbEdit.fill(sections, el("div", { "class": there ? "section section--there" : "section" }, [
          el("b", { text: section.heading }),
          el("span", { "class": "note", text: (there ? "已有。" : section.required ? "还没有，要有这一节。" : "可以没有。") + section.help }),
          there ? null : kbEdit.button("加上这一节", function () { addSection(section); }, "button--small", { "aria-label": "加上“" + section.heading + "”一节" })]));
      });
    }
    area.addEventListener("input", function () { tell(); changed(); });
    tell();
    var tools = el("div", { "class": "tools", role: "toolbar", "aria-label": "插入", "aria-controls": id }, [
      kbEdit.button("小标题", function () { lines("### "); }, "button--small", { title: "三级标题；二级标题用下面的小节" }),
      kbEdit.button("列表", function () { lines("- "); }, "button--small"),
      kbEdit.button("步骤", function () { lines(function (number) { return number + ". "; }); }, "button--small", { title: "编号的列表" }),
      kbEdit.button("表格", function () { block("| 项目 | 内容 |\n| --- | --- |\n|  |  |\n"); }, "button--small"),
      kbEdit.button("条目链接", pickLink, "button--small"),
      kbEdit.button("出处", function () { kbEdit.cite(function (mark) { kbEdit.insert(area, mark); }); }, "button--small")]);
    return {
      node: el("div", { "class": "body" }, [tools, area, sections]), inputs: [area], label: id,
      value: function () { return area.value; },
      /* 选中第几行，从 1 数 */
      line: function (number) {
        var from = 0;
        for (var n = 1; n < number; n++) { var next = area.value.indexOf("\n", from); if (next < 0) break; from = next + 1; }
        var to = area.value.indexOf("\n", from);
        area.focus();
        area.setSelectionRange(from, to < 0 ? area.value.length : to);
        var high = parseFloat(getComputedStyle(area).lineHeight) || 24;
        area.scrollTop = Math.max(0, (number - 4) * high);
      }
    };
  };
})();
