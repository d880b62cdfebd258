/* 题库：练习即时对答案、模拟测试计时计分、错题本。题目数据用 <script> 装入；记录只存本机，存不住也能答。 */
(function () {
  "use strict";
  var WRONG = "kb-quiz-wrong", DONE = "kb-quiz-done";
  var LETTERS = "ABCDEFGH";
  var base = document.currentScript ? document.currentScript.src.replace(/assets\/js\/[^/]*$/, "") : "../";

  function recall(key) {
    try { return JSON.parse(window.localStorage.getItem(key) || "{}") || {}; } catch (refused) { return {}; }
  }
  function keep(key, value) {
    try { window.localStorage.setItem(key, JSON.stringify(value)); } catch (refused) { /* 存不住就只管这一页 */ }
  }
  function mark(key, bank, id, value) {
    var all = recall(key);
    if (!all[bank]) all[bank] = {};
    if (value === null) delete all[bank][id]; else all[bank][id] = value;
    keep(key, all);
  }
  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }
  function button(text, action, name) {
    var node = make("button", name || "kq-button", text);
    node.type = "button";
    node.addEventListener("click", action);
    return node;
  }
  function plain(text) {
    return text.replace(/[\s\u3000，。、；：“”‘’（）《》,.;:"'()]/g, "").toLowerCase();
  }

  /* 作答结果：true 对，false 错，null 没有作答，undefined 要自己判断（简答） */
  function judge(item) {
    var kind = item.getAttribute("data-kind");
    if (kind === "简答") return undefined;
    if (kind === "填空") {
      var blanks = JSON.parse(item.getAttribute("data-blanks"));
      var fields = item.querySelectorAll("input[type=text]"), any = false, right = true;
      blanks.forEach(function (accepted, at) {
        var given = plain(fields[at].value);
        if (given) any = true;
        if (!accepted.some(function (words) { return plain(words) === given; })) right = false;
      });
      return any ? right : null;
    }
    var chosen = [];
    Array.prototype.forEach.call(item.querySelectorAll("fieldset input"), function (input) {
      if (input.checked) chosen.push(input.value);
    });
    return chosen.length ? chosen.join(",") === item.getAttribute("data-right") : null;
  }
  function show(item, right) {
    var old = item.querySelector(".kq-verdict");
    if (old) old.parentNode.removeChild(old);
    var words = right === true ? "答对了" : right === false ? "答错了" : right === null ? "没有作答" : "对照要点，自己判断";
    var verdict = make("p", "kq-verdict " + (right === true ? "kq-right" : right === undefined ? "" : "kq-bad"), words);
    verdict.setAttribute("role", "status");
    item.insertBefore(verdict, item.querySelector("details"));
    var options = item.getAttribute("data-right").split(",");
    Array.prototype.forEach.call(item.querySelectorAll("fieldset label"), function (label) {
      var input = label.querySelector("input");
      if (!input || input.type === "text") return;
      label.classList.toggle("kq-answer", options.indexOf(input.value) >= 0);
      label.classList.toggle("kq-slip", input.checked && options.indexOf(input.value) < 0);
    });
    item.querySelector("details").hidden = false;
    item.querySelector("details").open = true;
    return verdict;
  }
  function enhance(item, bank, after) {
    var details = item.querySelector("details");
    details.hidden = true;
    var id = item.getAttribute("data-id");
    function settle(right) {
      mark(DONE, bank, id, right ? 1 : 0);
      if (!right) mark(WRONG, bank, id, 1);
      after(right, item);
    }
    var go = button(item.getAttribute("data-kind") === "简答" ? "对照要点" : "看对不对", function () {
      var right = judge(item);
      if (right === null) {
        show(item, null).textContent = "先作答，再看对不对。";
        details.hidden = true;
        Array.prototype.forEach.call(item.querySelectorAll("label"), function (label) { label.classList.remove("kq-answer"); });
        return;
      }
      var verdict = show(item, right);
      if (right === undefined) {
        [["我答对了", true], ["没答全", false]].forEach(function (one) {
          verdict.appendChild(button(one[0], function () {
            verdict.textContent = one[1] ? "记为答对" : "已记进错题本";
            settle(one[1]);
          }));
        });
      } else settle(right);
    });
    item.insertBefore(go, details);
  }

  /* 从数据写出一道题，与练习页的写法相同 */
  function draw(question, bank) {
    var item = make("li", "kq");
    item.setAttribute("data-id", question.id);
    item.setAttribute("data-bank", bank);
    item.setAttribute("data-kind", question.kind);
    item.setAttribute("data-right", question.right.join(","));
    item.setAttribute("data-blanks", JSON.stringify(question.blanks));
    var set = make("fieldset"), legend = make("legend", "", question.ask);
    legend.appendChild(make("span", "kb-tag kb-tag--plain", question.kind));
    if (question.stale) legend.appendChild(make("span", "kb-tag", "依据的条目改过，答案待复核"));
    set.appendChild(legend);
    question.options.forEach(function (option, at) {
      var label = make("label"), input = make("input");
      input.type = question.kind === "多选" ? "checkbox" : "radio";
      input.name = "kq-" + question.id;
      input.value = String(at);
      label.appendChild(input);
      label.appendChild(make("span", "", (question.kind === "判断" ? "" : LETTERS[at] + ". ") + option));
      set.appendChild(label);
    });
    question.blanks.forEach(function (blank, at) {
      var label = make("label", "kq-blank"), input = make("input");
      input.type = "text";
      input.setAttribute("autocomplete", "off");
      label.appendChild(make("span", "", "第 " + (at + 1) + " 空"));
      label.appendChild(input);
      set.appendChild(label);
    });
    if (question.points.length) {
      var room = make("label", "kq-blank"), area = make("textarea");
      area.rows = 3;
      room.appendChild(make("span", "", "你的回答"));
      room.appendChild(area);
      set.appendChild(room);
    }
    item.appendChild(set);
    var details = make("details");
    details.appendChild(make("summary", "", "看答案"));
    var answer = make("p");
    answer.appendChild(make("b", "", "答案："));
    answer.appendChild(document.createTextNode(question.key + "　" + question.explain));
    details.appendChild(answer);
    var from = make("p", "kb-note");
    if (question.basis) {
      from.appendChild(document.createTextNode("依据 "));
      from.appendChild(link(question.basis[0], question.basis[1]));
    }
    question.source.forEach(function (one) {
      from.appendChild(document.createTextNode("　来源 "));
      from.appendChild(one[1] ? link(one[0], one[1]) : document.createTextNode(one[0]));
    });
    details.appendChild(from);
    item.appendChild(details);
    return item;
  }
  function link(text, url) {
    var node = make("a", "", text);
    node.href = base + url;
    return node;
  }

  /* 装入几份题库，都到齐（或失败）后再往下做 */
  var waiting = {};
  window.kbQuiz = function (name, data) {
    if (waiting[name]) waiting[name](data);
  };
  function load(names, then) {
    var loaded = {}, left = names.length;
    function arrived() {
      left -= 1;
      if (left === 0) then(loaded);
    }
    if (!left) then(loaded);
    names.forEach(function (name) {
      waiting[name] = function (data) {
        waiting[name] = null;
        loaded[name] = data;
        arrived();
      };
      var script = document.createElement("script");
      script.src = base + "quizzes/data/" + name + ".js";
      script.onerror = arrived;
      document.head.appendChild(script);
    });
  }

  function practice(box) {
    var bank = box.getAttribute("data-bank");
    var items = Array.prototype.slice.call(box.querySelectorAll(".kq"));
    var bar = make("div", "kq-bar"), status = make("p", "kv-status");
    status.setAttribute("role", "status");
    function count() {
      var done = recall(DONE)[bank] || {}, answered = 0, right = 0;
      items.forEach(function (item) {
        var id = item.getAttribute("data-id");
        if (id in done) {
          answered += 1;
          right += done[id] ? 1 : 0;
          item.classList.toggle("kq-done", true);
        } else item.classList.toggle("kq-done", false);
      });
      status.textContent = "做过 " + answered + " 题，对 " + right + " 题，共 " + items.length + " 题";
    }
    bar.appendChild(status);
    bar.appendChild(button("清除本页记录", function () {
      var all = recall(DONE);
      delete all[bank];
      keep(DONE, all);
      Array.prototype.forEach.call(box.querySelectorAll(".kq-verdict"), function (node) { node.parentNode.removeChild(node); });
      items.forEach(function (item) {
        item.querySelector("details").hidden = true;
        Array.prototype.forEach.call(item.querySelectorAll("input, textarea"), function (input) {
          if (input.type === "radio" || input.type === "checkbox") input.checked = false; else input.value = "";
        });
        Array.prototype.forEach.call(item.querySelectorAll("label"), function (label) { label.classList.remove("kq-answer", "kq-slip"); });
      });
      count();
    }));
    box.insertBefore(bar, box.firstChild);
    items.forEach(function (item) { enhance(item, bank, count); });
    count();
  }

  function wrongBook(box) {
    var banks = JSON.parse(box.getAttribute("data-banks"));
    var wrong = recall(WRONG);
    var names = banks.map(function (one) { return one[0]; }).filter(function (name) { return wrong[name] && Object.keys(wrong[name]).length; });
    var status = make("p", "kv-status");
    status.setAttribute("role", "status");
    load(names, function (loaded) {
      box.textContent = "";
      var left = 0;
      function tell() {
        status.textContent = left ? "还有 " + left + " 题" : "错题本是空的。";
      }
      var bar = make("div", "kq-bar");
      bar.appendChild(status);
      box.appendChild(bar);
      names.forEach(function (name) {
        if (!loaded[name]) return;
        var list = make("ol", "kq-list");
        loaded[name].questions.forEach(function (question) {
          if (!wrong[name][question.id]) return;
          left += 1;
          var item = draw(question, name);
          enhance(item, name, function (right) {
            if (!right) return;
            mark(WRONG, name, question.id, null);
            item.querySelector(".kq-verdict").textContent = "答对了，已移出错题本";
            left -= 1;
            tell();
          });
          list.appendChild(item);
        });
        if (!list.children.length) return;
        box.appendChild(make("h2", "kb-section", loaded[name].title));
        box.appendChild(list);
      });
      if (left) bar.appendChild(button("清空错题本", function () {
        keep(WRONG, {});
        wrongBook(box);
      }));
      tell();
    });
  }

  function mock(box) {
    var banks = JSON.parse(box.getAttribute("data-banks"));
    setup();

    function choice(legend, name, values, picked) {
      var set = make("fieldset", "kv-facets kq-choice");
      set.appendChild(make("legend", "", legend));
      values.forEach(function (value) {
        var label = make("label"), input = make("input");
        input.type = "radio";
        input.name = name;
        input.value = String(value[0]);
        input.checked = value[0] === picked;
        label.appendChild(input);
        label.appendChild(make("span", "", value[1]));
        set.appendChild(label);
      });
      return set;
    }
    function setup() {
      box.textContent = "";
      var form = make("form", "kq-setup"), topics = make("fieldset", "kv-facets kq-choice");
      topics.appendChild(make("legend", "", "范围"));
      banks.forEach(function (one) {
        var label = make("label"), input = make("input");
        input.type = "checkbox";
        input.value = one[0];
        input.checked = true;
        label.appendChild(input);
        label.appendChild(make("span", "", one[1]));
        topics.appendChild(label);
      });
      form.appendChild(topics);
      form.appendChild(choice("题数", "kq-size", [[10, "10 题"], [20, "20 题"], [30, "30 题"], [50, "50 题"]], 20));
      form.appendChild(choice("时间", "kq-time", [[10, "10 分钟"], [20, "20 分钟"], [40, "40 分钟"], [0, "不限"]], 20));
      var note = make("p", "kb-note", "抽单选、多选、判断、填空，每题一分，多选少选不得分；简答不抽。");
      var go = make("button", "kq-go kq-start", "开始");
      go.type = "submit";
      form.appendChild(note);
      form.appendChild(go);
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        var chosen = [];
        Array.prototype.forEach.call(topics.querySelectorAll("input"), function (input) { if (input.checked) chosen.push(input.value); });
        if (!chosen.length) {
          note.textContent = "至少选一个范围。";
          note.setAttribute("role", "alert");
          return;
        }
        var size = Number(form.querySelector("[name=kq-size]:checked").value);
        var minutes = Number(form.querySelector("[name=kq-time]:checked").value);
        load(chosen, function (loaded) { begin(loaded, size, minutes); });
      });
      box.appendChild(form);
    }
    function begin(loaded, size, minutes) {
      var pool = [];
      Object.keys(loaded).forEach(function (name) {
        loaded[name].questions.forEach(function (question) {
          if (question.kind !== "简答") pool.push([name, question]);
        });
      });
      for (var at = pool.length - 1; at > 0; at--) {
        var other = Math.floor(Math.random() * (at + 1)), held = pool[at];
        pool[at] = pool[other];
        pool[other] = held;
      }
      var order = ["单选", "多选", "判断", "填空"];
      var picked = pool.slice(0, size).sort(function (a, b) { return order.indexOf(a[1].kind) - order.indexOf(b[1].kind); });
      box.textContent = "";
      if (!picked.length) {
        box.appendChild(make("p", "kb-empty", "题目没有装入。刷新页面可以再试。"));
        return;
      }
      var bar = make("div", "kq-bar kq-sticky"), clock = make("p", "kv-status"), list = make("ol", "kq-list");
      clock.setAttribute("role", "timer");
      bar.appendChild(clock);
      var started = Date.now(), over = false;
      picked.forEach(function (one) {
        var item = draw(one[1], one[0]);
        item.querySelector("details").hidden = true;
        list.appendChild(item);
      });
      var hand = button("交卷", function () { finish(false); }, "kq-go");
      bar.appendChild(hand);
      box.appendChild(bar);
      box.appendChild(list);
      var items = Array.prototype.slice.call(list.children);
      items[0].querySelector("input").focus();
      function spent() { return Math.floor((Date.now() - started) / 1000); }
      function words(seconds) { return Math.floor(seconds / 60) + " 分 " + (seconds % 60) + " 秒"; }
      list.addEventListener("change", tell);
      function tell() {
        if (over) return;
        var answered = items.filter(function (item) { return judge(item) !== null; }).length;
        var rest = minutes * 60 - spent();
        clock.textContent = (minutes ? "还剩 " + words(Math.max(rest, 0)) : "已用 " + words(spent())) + "，答了 " + answered + " / " + items.length;
      }
      function tick() {
        if (over) return;
        tell();
        if (minutes && minutes * 60 - spent() <= 0) finish(true); else window.setTimeout(tick, 1000);
      }
      function finish(late) {
        if (over) return;
        over = true;
        var right = 0;
        items.forEach(function (item) {
          var result = judge(item), bank = item.getAttribute("data-bank"), id = item.getAttribute("data-id");
          show(item, result);
          if (result) right += 1; else mark(WRONG, bank, id, 1);
          mark(DONE, bank, id, result ? 1 : 0);
          Array.prototype.forEach.call(item.querySelectorAll("input"), function (input) { input.disabled = true; });
        });
        bar.textContent = "";
        bar.className = "kq-bar";
        var score = make("p", "kq-score", Math.round(right * 100 / items.length) + " 分");
        score.setAttribute("role", "status");
        score.tabIndex = -1;
        score.appendChild(make("span", "", (late ? "时间到，已交卷。" : "") + "对 " + right + " 题，错或没答 " + (items.length - right) + " 题，用时 " + words(spent())));
        bar.appendChild(score);
        bar.appendChild(button("打印结果", function () { window.print(); }));
        bar.appendChild(button("再考一次", setup));
        var book = make("a", "kq-button", "看错题本");
        book.href = base + "quizzes/wrong.html";
        bar.appendChild(book);
        score.focus();
        window.scrollTo(0, 0);
      }
      tick();
    }
  }

  [["kq-practice", practice], ["kq-wrong", wrongBook], ["kq-mock", mock]].forEach(function (one) {
    var box = document.getElementById(one[0]);
    if (box) one[1](box);
  });
})();
