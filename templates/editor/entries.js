/* 条目一览：按标题、编号找，按类型、状态筛，新建一条。 */
(function () {
  "use strict";
  var el = kbEdit.el;
  var last = { words: "", type: "", status: "" };

  kbEdit.entries = function (main, given) {
    var setting = kbEdit.setting, labels = {}, asked = 0;
    setting.types.forEach(function (kind) { labels[kind.name] = kind.label; });
    var words = el("input", { type: "search", "class": "line", id: "words", placeholder: "标题、别名或编号（拼音）", autocomplete: "off", value: last.words });
    function select(id, title, options, chosen) {
      var box = el("select", { "class": "line", id: id }, [el("option", { value: "", text: title })].concat(options.map(function (one) { return el("option", { value: one[0], text: one[1] }); })));
      box.value = chosen;
      return box;
    }
    var type = select("type", "全部类型", setting.types.map(function (kind) { return [kind.name, kind.label]; }), last.type);
    var status = select("status", "全部状态", setting.statuses.map(function (word) { return [word, word]; }), last.status);
    var count = el("p", { "class": "note", role: "status" }), list = el("ul", { "class": "entries" });
    function show(told) {
      var kept = kbEdit.memory.paths();
      kbEdit.empty(list);
      count.textContent = told.total > told.rows.length ? "共 " + told.total + " 条，先列 " + told.rows.length + " 条；写几个字找得更准。" : "共 " + told.total + " 条。";
      told.rows.forEach(function (row) {
        kbEdit.fill(list, el("li", {}, [
          el("a", { href: "#" + row.path }, row.title),
          el("span", { "class": "tags" }, [el("span", { "class": "tag", text: labels[row.type] }),
            row.status === "已发布" ? null : el("span", { "class": "tag tag--mark", text: row.status }),
            row.visibility === "内部" ? el("span", { "class": "tag tag--mark", text: "内部" }) : null,
            row.errors ? el("span", { "class": "tag tag--error", text: row.errors + " 处错误" }) : null,
            row.warnings ? el("span", { "class": "tag", text: row.warnings + " 处提醒" }) : null,
            kept.indexOf(row.path) >= 0 ? el("span", { "class": "tag tag--mark", text: "有没保存的修改" }) : null]),
          el("p", { text: row.summary }), el("small", { text: row.path })]));
      });
      if (!told.rows.length) kbEdit.fill(list, el("li", { "class": "empty", text: "没有这样的条目。" }));
    }
    function ask(fresh) {
      asked += 1;
      var mine = asked;
      last = { words: words.value, type: type.value, status: status.value };
      kbEdit.ask("entries", { words: words.value.trim(), type: type.value, status: status.value, fresh: fresh === true }, function (told) {
        if (mine === asked) show(told);
      }, function (said) { kbEdit.state(said, "bad"); });
    }
    words.addEventListener("input", kbEdit.later(160, ask));
    type.addEventListener("change", ask);
    status.addEventListener("change", ask);
    kbEdit.empty(main);
    kbEdit.fill(main, el("div", { "class": "page" }, [
      fresh(given),
      el("section", { "aria-labelledby": "all" }, [el("h1", { id: "all", text: "条目" }),
        el("div", { "class": "filters" }, [el("label", { "class": "hidden", "for": "words", text: "找条目" }), words,
          el("label", { "class": "hidden", "for": "type", text: "类型" }), type, el("label", { "class": "hidden", "for": "status", text: "状态" }), status]),
        count, list])]));
    document.title = "编辑";
    kbEdit.state(setting.state);
    ask(true);
    if (!given) words.focus();
  };

  /* 新建：先只有类型和标题，编号由拼音来；保存以前不写文件 */
  function fresh(given) {
    var setting = kbEdit.setting;
    var type = el("select", { "class": "line", id: "new-type" }, setting.types.map(function (kind) { return el("option", { value: kind.name, text: kind.label }); }));
    if (given && given.type) type.value = given.type;
    var about = el("p", { "class": "note" });
    function tell() { about.textContent = setting.types.filter(function (kind) { return kind.name === type.value; }).map(function (kind) { return kind.description; })[0] || ""; }
    var title = el("input", { type: "text", "class": "line", id: "new-title", autocomplete: "off", maxlength: "80", value: given ? given.title : "" });
    var key = el("input", { type: "text", "class": "line", id: "new-id", autocomplete: "off", placeholder: "不写就用标题的拼音" });
    var said = el("p", { "class": "said", role: "alert" });
    var box = el("details", { "class": "new" }, [el("summary", { text: "新建一条" }), el("form", {}, [
      el("label", { "for": "new-type", text: "类型" }), type, about,
      el("label", { "for": "new-title", text: "标题" }), title,
      el("label", { "for": "new-id", text: "编号" }), key, said,
      el("div", { "class": "acts" }, el("button", { type: "submit", "class": "button button--main", text: "开始填写" }))])]);
    if (given) box.open = true;
    type.addEventListener("change", tell);
    tell();
    box.querySelector("form").addEventListener("submit", function (event) {
      event.preventDefault();
      kbEdit.ask("new", { type: type.value, title: title.value, id: key.value.trim() }, function (told) {
        kbEdit.memory.set(told.path, { base: told.text, digest: "", values: {}, body: null, text: null, ahead: true });
        location.hash = "#" + told.path;
      }, function (words, more) {
        kbEdit.empty(said);
        kbEdit.fill(said, [words, more && more.path ? el("a", { href: "#" + more.path, text: "　打开那一条" }) : null]);
      });
    });
    return box;
  }
})();
