/* 编辑一条：表单或文字，边写边检查、预览，保存时不盖过没有看过的改动。 */
(function () {
  "use strict";
  var el = kbEdit.el;
  kbEdit.names = {};
  var open = null;

  kbEdit.work = function (main, path) {
    if (open) open.close();
    kbEdit.empty(main);
    kbEdit.fill(main, el("p", { "class": "page note", text: "正在打开……" }));
    var draft = kbEdit.memory.get(path);
    kbEdit.ask("open", { path: path }, function (told) {
      if (draft) resume(main, path, draft, told);
      else open = work(main, told, { base: told.text, digest: told.digest, values: {}, body: null, text: told.form ? null : told.text, ahead: false });
    }, function (said, more) {
      if (more && more.gone && draft) return resume(main, path, draft, null);
      kbEdit.empty(main);
      kbEdit.fill(main, el("div", { "class": "page" }, [el("p", { "class": "said", text: said }), el("a", { href: "#", text: "回到条目一览" })]));
      return null;
    });
  };
  kbEdit.leave = function () { if (open) open.close(); open = null; };

  /* 接着没有保存的写：表单照它开始时的文字画，再放上改过的 */
  function resume(main, path, draft, disk) {
    kbEdit.ask("check", { path: path, base: draft.base, text: draft.base, preview: false }, function (told) {
      told.text = draft.base;
      told.encoding = disk ? disk.encoding : "";
      open = work(main, told, draft, disk ? "这里是上次没有保存的内容。" : draft.digest ? "文件已经不在了，这里是没有保存的内容。" : "");
    }, function (said) { kbEdit.state(said, "bad"); });
  }

  function work(main, told, draft, notice) {
    var path = told.path, kind = kbEdit.setting.types.filter(function (one) { return one.name === told.type; })[0];
    var base = draft.base, digest = draft.digest, ahead = draft.ahead, form = null, text = null, preview = kbEdit.preview();
    var covered = null, saved = ["没有改动", ""], asked = 0, composed = told.text, closed = false, saving = false, lost = false;
    var soonCheck = kbEdit.later(350, function () { check(); });
    Object.keys(told.names).forEach(function (id) { kbEdit.names[id] = told.names[id]; });
    var heard = el("p", { "class": "hidden", role: "status" });
    var title = el("h1", { text: told.title || told.id }), notes = el("div", { "class": "notices" });
    var fill = el("div", { "class": "fill" }), listed = el("div", { "class": "listed" }), rest = el("ul", { "class": "problems rest" });
    var saveButton = kbEdit.button("保存", function () { save(); }, "button--main", { title: "Ctrl+S" });
    var modeButton = kbEdit.button("照文字修改", function () { turn(); });
    var tabs = ["fill", "preview", "problems"].map(function (name, at) {
      return kbEdit.button(["填写", "预览", "问题"][at], function () { view(name); }, "tab", { "data-view": name, "aria-pressed": "false" });
    });
    var box = el("div", { "class": "work" }, [
      el("div", { "class": "bar" }, [el("div", { "class": "crumb" }, [el("a", { href: "#", text: "条目" }), el("span", { text: " / " + kind.label + " / " }), el("code", { text: told.id })]),
        el("div", { "class": "bar__line" }, [title, el("div", { "class": "acts" }, [modeButton, saveButton])])]),
      notes, heard,
      el("div", { "class": "views", role: "group", "aria-label": "看哪一部分" }, tabs),
      el("div", { "class": "panes" }, [
        el("section", { "class": "pane pane--fill", "aria-label": "填写" }, [rest, fill]),
        el("aside", { "class": "pane pane--side", "aria-label": "预览和问题" }, [el("div", { "class": "pane__preview" }, preview.node), el("div", { "class": "pane__problems", id: "overview" }, listed)])])]);
    kbEdit.empty(main);
    kbEdit.fill(main, box);
    view("fill");
    document.title = (told.title || told.id) + " - 编辑";
    if (notice) tell(notice, [kbEdit.button("不要了，用文件里的", function () { forget(); kbEdit.work(main, path); }, "button--small")]);
    if (told.encoding) tell("这个文件是 " + (told.encoding === "gb18030" ? "GBK" : "UTF-16") + " 编码，保存时改成 UTF-8，文字不变。", []);
    if (draft.text !== null && draft.text !== undefined) asText(draft.text, told.form === null); else if (told.form) asForm(told.form, draft.values, draft.body); else asText(base, true);
    seen(told);
    keep();
    soonCheck();

    function view(name) {
      box.setAttribute("data-view", name);
      tabs.forEach(function (tab) { tab.setAttribute("aria-pressed", tab.getAttribute("data-view") === name ? "true" : "false"); });
      if (form) form.shown();
    }
    function tell(words, buttons) {
      var line = el("div", { "class": "notice" }, [el("p", { text: words }), el("div", { "class": "acts" }, buttons.concat(
        kbEdit.button("知道了", function () { notes.removeChild(line); }, "button--small")))]);
      notes.appendChild(line);
    }
    function asForm(given, values, body) {
      text = null;
      kbEdit.empty(fill);
      form = kbEdit.form(kind, given, values, body, changed);
      fill.appendChild(form.node);
      form.shown();
      modeButton.textContent = "照文字修改";
    }
    function asText(words, broken) {
      form = null;
      kbEdit.empty(fill);
      var id = kbEdit.name("text");
      text = el("textarea", { "class": "prose prose--whole", id: id, rows: "30", spellcheck: "false", "aria-describedby": "overview" });
      text.value = words;
      text.addEventListener("input", changed);
      kbEdit.fill(fill, [el("label", { "for": id, "class": "label", text: "整个文件" }),
        broken ? el("p", { "class": "help", text: "信息头有读不懂的地方，表单画不出来。照问题里说的改好，再点“回到表单”。" }) : el("p", { "class": "help", text: "--- 之间是信息头，一行一项“名称: 内容”；下面是正文。" }), text]);
      modeButton.textContent = "回到表单";
    }
    function line(number) {
      var from = 0;
      for (var n = 1; n < number; n++) { var next = text.value.indexOf("\n", from); if (next < 0) break; from = next + 1; }
      var to = text.value.indexOf("\n", from);
      text.focus();
      text.setSelectionRange(from, to < 0 ? text.value.length : to);
      text.scrollTop = Math.max(0, (number - 4) * (parseFloat(getComputedStyle(text).lineHeight) || 24));
    }
    function go(one) {
      view("fill");
      if (form) form.go(one); else line(one.line || 1);
    }
    function wish() {
      return text ? { path: path, base: base, text: text.value } : { path: path, base: base, values: form.values(), body: form.body() };
    }
    function dirty() {
      if (ahead) return true;
      return text ? text.value !== base : Object.keys(form.values()).length > 0 || form.body() !== null;
    }
    function keep() {
      var now = wish();
      if (!dirty()) return forget();
      var what = { base: base, digest: digest, values: now.values || {}, body: now.body === undefined ? null : now.body, text: now.text === undefined ? null : now.text, ahead: ahead };
      if (!kbEdit.memory.set(path, what)) kbEdit.state("浏览器记不下没保存的内容，请先保存", "bad");
      return null;
    }
    function forget() { kbEdit.memory.set(path, null); }
    function changed() {
      keep();
      tellState();
      soonCheck();
    }
    function tellState() {
      if (lost) kbEdit.state("连不上编辑程序，内容还在这一页", "bad");
      else if (dirty()) kbEdit.state(digest ? "有改动没有保存" : "新的一条，还没有保存", "dirty");
      else kbEdit.state(saved[0], saved[1]);
    }
    function check(then) {
      soonCheck.stop(); /* 这一次已经问了，迟来的一次会盖掉说给人听的话 */
      asked += 1;
      var mine = asked, sent = wish();
      sent.preview = true;
      kbEdit.ask("check", sent, function (answer) {
        if (closed || mine !== asked) return;
        found();
        seen(answer);
        if (then) then(answer);
      }, function (said, more) {
        if (closed || mine !== asked) return;
        if (more === null) missing(); else { kbEdit.state(said, "bad"); if (more.astext) tell(said, []); }
      });
    }
    function seen(answer) {
      composed = answer.text;
      Object.keys(answer.names).forEach(function (id) { kbEdit.names[id] = answer.names[id]; });
      if (answer.title) title.textContent = answer.title;
      preview.show(answer.article);
      var left = form ? form.place(answer.problems) : [];
      kbEdit.empty(rest);
      left.forEach(function (one) { kbEdit.fill(rest, kbEdit.problem(one, null)); });
      /* 听屏幕的人只在变了的时候听到一次 */
      if (heard.textContent !== kbEdit.counted(answer.problems)) heard.textContent = kbEdit.counted(answer.problems);
      kbEdit.empty(listed);
      var unseen = answer.problems.some(function (one) { return one.code === "control-character" || one.code === "bidi-character"; });
      kbEdit.fill(listed, [el("h2", { text: kbEdit.counted(answer.problems) }), kbEdit.overview(answer.problems, form ? form.labels : {}, go),
        unseen && text ? kbEdit.button("去掉看不见的字符", function () {
          text.value = text.value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\udb40[\udc00-\udc7f]/g, "");
          changed();
        }) : null]);
      tabs[2].textContent = "问题" + (answer.problems.length ? "（" + answer.problems.length + "）" : "");
      tellState();
    }
    /* 表单与文字互换；换过去的就是现在写成的样子 */
    function turn() {
      check(function (answer) {
        if (form) {
          asText(answer.text, false);
          ahead = ahead || answer.text !== base;
        } else if (answer.form) {
          ahead = ahead || answer.text !== base;
          base = answer.text;
          asForm(answer.form, {}, null);
        } else {
          kbEdit.state("信息头还有读不懂的地方，先改好再回到表单", "bad");
          view("problems");
          return;
        }
        keep();
        seen(answer);
      });
    }
    function save() {
      if (saving) return;
      saving = true;
      saveButton.disabled = true;
      soonCheck.stop();
      asked += 1; /* 还没有答复的检查说的是更早的文字 */
      var sent = wish();
      sent.digest = digest;
      kbEdit.state("正在保存……");
      kbEdit.ask("save", sent, function (answer) {
        done();
        if (answer.conflict) return clash(answer.conflict, sent);
        digest = answer.digest;
        base = answer.text;
        ahead = false;
        if (form) form.kept(sent.values, sent.body);
        saved = ["已保存 " + new Date().toTimeString().slice(0, 5) + (answer.errors ? "；还有 " + answer.errors + " 处错误，改好才能发布" : ""), answer.errors ? "dirty" : "good"];
        keep();
        seen(answer);
        if (dirty()) soonCheck();
        if (covered !== null) offer(covered);
        covered = null;
        return null;
      }, function (said, more) {
        done();
        if (more === null) missing(); else { kbEdit.state("没有保存：" + said, "bad"); tell("没有保存：" + said, []); }
      });
      function done() { saving = false; saveButton.disabled = false; found(); }
    }
    function offer(theirs) {
      tell("盖过了文件里原来的内容。", [kbEdit.button("取回盖过的那一份", function () {
        again({ base: theirs, digest: digest, values: {}, body: null, text: null, ahead: true }, "这是刚才盖过的那一份，保存就换回它。");
      }, "button--small")]);
    }
    function clash(conflict, sent) {
      kbEdit.state("没有保存：文件在别处改过了", "bad");
      kbEdit.compare(conflict, function (choice) {
        if (choice === "mine") {
          digest = conflict.digest;
          ahead = true;
          covered = conflict.gone ? null : conflict.text;
          save();
        }
        else if (choice === "join") again({ base: conflict.joined, digest: conflict.digest, values: {}, body: null, text: null, ahead: true }, "两边的改动合在一起了，看过以后再保存。");
        else if (choice === "theirs") {
          var mine = { base: conflict.mine, digest: conflict.digest, values: {}, body: null, text: text ? conflict.mine : null, ahead: true };
          forget();
          again({ base: conflict.text, digest: conflict.digest, values: {}, body: null, text: null, ahead: false }, "", mine);
        }
      });
    }
    function again(next, words, mine) {
      kbEdit.ask("check", { path: path, base: next.base, text: next.base, preview: true }, function (answer) {
        answer.text = next.base;
        if (!answer.form) next.text = next.base;
        api.close();
        open = work(main, answer, next, "");
        if (words) open.tell(words, []);
        if (mine) open.tell("现在是文件里的内容。", [kbEdit.button("取回我写的", function () { open.again(mine, "这是你写的，保存就盖过文件里的。"); }, "button--small")]);
      }, function (said) { kbEdit.state(said, "bad"); });
    }
    function missing() {
      if (!lost) {
        lost = true;
        tell("连不上编辑程序，它可能已经结束。写的都还在这一页，可以先存成文件。", [kbEdit.button("存成文件", download, "button--small")]);
      }
      tellState();
    }
    function found() { lost = false; }
    /* 程序不在了也能留下：最近一次写成的样子，和还没有写进去的 */
    function download() {
      var now = wish(), words = now.text;
      if (words === undefined) {
        words = composed;
        Object.keys(now.values).forEach(function (key) { words += "\n【" + form.labels[key] + "】" + [].concat(now.values[key]).join("\n"); });
        if (now.body !== null) words += "\n【正文】\n" + now.body;
      }
      var link = el("a", { href: URL.createObjectURL(new Blob([words], { type: "text/markdown" })), download: told.id + ".md" });
      document.body.appendChild(link);
      link.click();
      document.body.removeChild(link);
    }
    function keys(event) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
    }
    function leaving(event) {
      if (!dirty()) return;
      keep();
      event.preventDefault();
      event.returnValue = "";
    }
    document.addEventListener("keydown", keys);
    window.addEventListener("beforeunload", leaving);
    var api = {
      tell: tell,
      again: again,
      close: function () {
        if (!closed) keep();
        closed = true;
        soonCheck.stop();
        document.querySelectorAll("dialog[open]").forEach(function (one) { one.close(); });
        document.removeEventListener("keydown", keys);
        window.removeEventListener("beforeunload", leaving);
      }
    };
    return api;
  }
})();
