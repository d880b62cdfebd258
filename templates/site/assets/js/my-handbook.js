/* 我的手册：在条目页收下这一条的文字，在“我的手册”页排序、打印、导出。只用本机存储，file:// 下一样能用。 */
(function () {
  "use strict";
  var KEY = "kb-my-handbook", LIMIT = 200;
  var root = document.querySelector("meta[name=kb-root]").content;
  var TAGS = " P UL OL LI TABLE THEAD TBODY TR TH TD H2 H3 H4 H5 STRONG EM DEL CODE PRE BLOCKQUOTE DL DT DD DIV SPAN SUP BR HR I ";
  var CLASSES = " kc kd ke ku kl km kr kt kbox kfn admonition admonition-title note tip important warning caution ";

  function load() {
    try {
      var found = JSON.parse(window.localStorage.getItem(KEY) || "{}");
      if (!found || typeof found !== "object" || !Array.isArray(found.items)) found = { items: [] };
      found.items = found.items.filter(function (item) {
        return item && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(item.id) && typeof item.title === "string" && typeof item.html === "string";
      });
      return found;
    } catch (refused) { return { items: [] }; }
  }
  function save(book) {
    try { window.localStorage.setItem(KEY, JSON.stringify(book)); return true; } catch (full) { return false; }
  }
  function make(tag, name, words) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (words !== undefined) node.textContent = words;
    return node;
  }
  /* 只留认识的标记和类名，链接变成文字：存下的、取出的都过这一道 */
  function clean(node, into) {
    Array.prototype.forEach.call(node.childNodes, function (child) {
      if (child.nodeType === 3) { into.appendChild(document.createTextNode(child.data)); return; }
      if (child.nodeType !== 1) return;
      var tag = child.tagName.toUpperCase();
      if (tag === "SCRIPT" || tag === "STYLE" || tag === "BUTTON" || tag === "IFRAME") return;
      if (tag === "A") tag = "SPAN";
      var target = into;
      if (TAGS.indexOf(" " + tag + " ") >= 0) {
        target = document.createElement(tag);
        var names = Array.prototype.filter.call(child.classList, function (name) { return CLASSES.indexOf(" " + name + " ") >= 0; });
        if (names.length) target.className = names.join(" ");
        if (tag === "OL" && /^\d+$/.test(child.getAttribute("start") || "")) target.setAttribute("start", child.getAttribute("start"));
        into.appendChild(target);
      }
      clean(child, target);
    });
    return into;
  }
  function words(selector) {
    var node = document.querySelector(selector);
    return node ? node.textContent.replace(/\s+/g, " ").trim() : "";
  }
  function capture() {
    var box = document.createElement("div");
    [".kb-facts", ".kb-body"].forEach(function (selector) {
      var node = document.querySelector(selector);
      if (node) { var part = document.createElement(selector === ".kb-facts" ? "dl" : "div"); clean(node, part); box.appendChild(part); }
    });
    return {
      id: words(".kb-colophon code"),
      title: words("h1#kb-main"),
      kicker: words(".kb-kicker"),
      lead: words(".kb-lead"),
      html: box.innerHTML,
      sources: Array.prototype.map.call(document.querySelectorAll(".kb-from li"), function (row) { return row.textContent.replace(/\s+/g, " ").trim(); }),
      changed: words(".kb-colophon time")
    };
  }
  function place(items, id) {
    for (var at = 0; at < items.length; at += 1) if (items[at].id === id) return at;
    return -1;
  }

  /* 条目页：一个按钮。已经收下的，每次打开都换成新的文字 */
  function entryPage(state) {
    var fresh = capture();
    if (!fresh.id) return;
    var button = make("button", "kb-act km-act"), link = make("a", "km-link");
    button.type = "button";
    link.href = root + "handbooks/mine.html";
    function draw() {
      var book = load(), inside = place(book.items, fresh.id) >= 0;
      button.textContent = inside ? "移出我的手册" : "收入我的手册";
      button.setAttribute("aria-pressed", String(inside));
      link.textContent = book.items.length ? "我的手册（" + book.items.length + "）" : "我的手册";
    }
    button.addEventListener("click", function () {
      var book = load(), at = place(book.items, fresh.id);
      if (at >= 0) book.items.splice(at, 1);
      else if (book.items.length >= LIMIT) { button.textContent = "已收满 " + LIMIT + " 条"; return; }
      else book.items.push(fresh);
      if (!save(book)) { button.textContent = "浏览器不让存，或存满了"; return; }
      draw();
    });
    state.appendChild(button);
    state.appendChild(link);
    var book = load(), at = place(book.items, fresh.id);
    if (at >= 0) { book.items[at] = fresh; save(book); }
    draw();
  }

  function yaml(text) { return JSON.stringify(text); }
  function exported(book) {
    var lines = ["# 由“我的手册”导出。放到 content/handbooks/，改好文件名，再运行 kb book 印制", "title: " + yaml(book.title || "我的手册")];
    if (book.editor) lines.push("publisher: " + yaml(book.editor));
    lines.push("chapters:", "  - title: " + yaml("选编"), "    entries:");
    book.items.forEach(function (item) { lines.push("      - " + item.id + "  # " + item.title.replace(/[\r\n]/g, " ")); });
    return lines.join("\n") + "\n";
  }
  function numeral(n) {
    var d = "零一二三四五六七八九".split("");
    if (n < 10) return d[n];
    if (n < 20) return "十" + (n % 10 ? d[n % 10] : "");
    if (n < 100) return d[Math.floor(n / 10)] + "十" + (n % 10 ? d[n % 10] : "");
    return d[Math.floor(n / 100)] + "百" + (n % 100 ? (n % 100 < 10 ? "零" : "") + (n % 100 > 9 && n % 100 < 20 ? "一" : "") + numeral(n % 100) : "");
  }

  /* 书名里可以断行的几段：标点和“与、和”后面，末尾的“培训手册”一类前面 */
  function parts(title) {
    return title.replace(/([、，：；·—　与和及暨])/g, "$1\n")
      .replace(/((工作|培训|学习|实务|操作)手册|(案例|文件)选编|(制度|资料)汇编|问答|读本|指南)$/, "\n$1").split("\n").filter(Boolean);
  }

  /* 打印的一册：封面、目录、各条、出处 */
  function bind(book, sheet) {
    sheet.textContent = "";
    var today = new Date();
    var cover = make("section", "km-cover");
    cover.appendChild(make("p", "km-cover__house", "人大机关党建知识库"));
    var title = make("p", "km-cover__title");
    parts(book.title || "我的手册").forEach(function (word) { title.appendChild(make("span", "km-cover__word", word)); });
    cover.appendChild(title);
    if (book.editor) cover.appendChild(make("p", "km-cover__editor", book.editor));
    cover.appendChild(make("p", "km-cover__date", today.getFullYear() + "年" + (today.getMonth() + 1) + "月" + today.getDate() + "日"));
    sheet.appendChild(cover);
    var list = make("section", "km-contents");
    list.appendChild(make("h2", "", "目　录"));
    var rows = make("ol");
    book.items.forEach(function (item, at) {
      var row = make("li"), link = make("a", "", numeral(at + 1) + "、" + item.title);
      link.href = "#km-" + (at + 1);
      row.appendChild(link);
      rows.appendChild(row);
    });
    list.appendChild(rows);
    list.appendChild(make("p", "km-guide", "方括号里的简称和数字是来源文献与段号，见书末“出处”；标“编”的是编者整理，待核对，用前请对照正式文本。"));
    sheet.appendChild(list);
    var sources = [];
    book.items.forEach(function (item, at) {
      var part = make("section", "km-entry");
      part.id = "km-" + (at + 1);
      part.appendChild(make("p", "km-kicker", item.kicker || ""));
      part.appendChild(make("h2", "", numeral(at + 1) + "、" + item.title));
      if (item.lead) part.appendChild(make("p", "km-lead", item.lead));
      var inner = new DOMParser().parseFromString(item.html, "text/html");
      clean(inner.body, part);
      sheet.appendChild(part);
      (Array.isArray(item.sources) ? item.sources : []).forEach(function (row) {
        sources.push([String(row), at + 1]);
      });
    });
    var end = make("section", "km-sources");
    end.appendChild(make("h2", "", "出　处"));
    if (!sources.length) end.appendChild(make("p", "", "所收各条没有来源文献，均为编者整理。"));
    var names = make("ul");
    sources.forEach(function (pair) { names.appendChild(make("li", "", numeral(pair[1]) + "、" + book.items[pair[1] - 1].title + "：" + pair[0])); });
    end.appendChild(names);
    sheet.appendChild(end);
  }

  function desk(box, sheet) {
    var book = load();
    box.hidden = false;
    function input(label, key, hint) {
      var row = make("label", "km-field", label), field = make("input");
      field.type = "text";
      field.maxLength = 60;
      field.value = book[key] || "";
      field.placeholder = hint;
      field.addEventListener("input", function () { book[key] = field.value.trim(); save(book); bind(book, sheet); });
      row.appendChild(field);
      return row;
    }
    function action(label, run) {
      var button = make("button", "km-button", label);
      button.type = "button";
      button.addEventListener("click", run);
      return button;
    }
    function draw(focus) {
      box.textContent = "";
      box.appendChild(input("书名", "title", "我的手册"));
      box.appendChild(input("编者", "editor", "如：机关党委办公室"));
      var status = make("p", "kb-note", book.items.length ? "共 " + book.items.length + " 条，按下面的次序印。" : "还没有收条目。打开任意一条，点“收入我的手册”。");
      status.setAttribute("role", "status");
      box.appendChild(status);
      var list = make("ol", "km-list");
      book.items.forEach(function (item, at) {
        var row = make("li"), name = make("span", "km-name", item.title);
        name.appendChild(make("small", "", " " + (item.kicker || "").replace(/\s*\/\s*/g, " · ")));
        row.appendChild(name);
        [["上移", at - 1], ["下移", at + 1]].forEach(function (pair) {
          var button = action(pair[0], function () {
            book.items.splice(pair[1], 0, book.items.splice(at, 1)[0]);
            save(book);
            draw(pair[1] + pair[0]);
          });
          button.disabled = pair[1] < 0 || pair[1] >= book.items.length;
          button.setAttribute("aria-label", pair[0] + "“" + item.title + "”");
          button.setAttribute("data-key", at + pair[0]);
          row.appendChild(button);
        });
        var out = action("移出", function () { book.items.splice(at, 1); save(book); draw(""); });
        out.setAttribute("aria-label", "移出“" + item.title + "”");
        row.appendChild(out);
        list.appendChild(row);
      });
      box.appendChild(list);
      if (book.items.length) {
        var bar = make("p", "km-bar");
        bar.appendChild(action("打印成册", function () { bind(book, sheet); window.print(); }));
        bar.appendChild(action("导出手册文件（YAML）", function () {
          var link = make("a");
          link.href = URL.createObjectURL(new Blob([exported(book)], { type: "text/yaml;charset=utf-8" }));
          link.download = "wo-de-shouce.yml";
          document.body.appendChild(link);
          link.click();
          document.body.removeChild(link);
        }));
        bar.appendChild(action("全部移出", function () {
          if (window.confirm("把 " + book.items.length + " 条全部移出？")) { book.items = []; save(book); draw(""); }
        }));
        box.appendChild(bar);
      }
      bind(book, sheet);
      if (focus) { var again = box.querySelector('[data-key="' + focus + '"]'); if (again && !again.disabled) again.focus(); }
    }
    draw("");
    window.addEventListener("storage", function (event) { if (event.key === KEY) { book = load(); draw(""); } });
  }

  function begin() {
    var box = document.getElementById("km-mine"), state = document.querySelector(".kb-acts");
    if (box) { document.documentElement.classList.add("km-page"); desk(box, document.getElementById("km-print")); }
    else if (state && document.querySelector(".kb-colophon code")) entryPage(state);
  }
  /* 先让页面画出来，再添按钮；它们的位置是留好的 */
  requestAnimationFrame(function () { setTimeout(begin); });
})();
