/* 自评：勾选计分、阶梯差距、风险定级。勾选只存本机，一键清除；没有脚本时可以打印用笔填。 */
(function () {
  "use strict";

  function recall(key) {
    try { return JSON.parse(window.localStorage.getItem(key) || "{}") || {}; } catch (refused) { return {}; }
  }
  function keep(key, value) {
    try { window.localStorage.setItem(key, JSON.stringify(value)); } catch (refused) { /* 存不住就只管这一页 */ }
  }
  function forget(key) {
    try { window.localStorage.removeItem(key); } catch (refused) { /* 本来就没有存住 */ }
  }
  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }
  function button(text, action) {
    var node = make("button", "kq-button", text);
    node.type = "button";
    node.addEventListener("click", action);
    return node;
  }
  function each(list, action) { Array.prototype.forEach.call(list, action); }
  function words(legend) {
    var copy = legend.cloneNode(true);
    each(copy.querySelectorAll(".kc, .kd, .kb-tag"), function (node) { node.parentNode.removeChild(node); });
    return copy.textContent.trim();
  }

  function list(box) {
    var key = "kb-assess-" + box.getAttribute("data-name");
    var ladder = box.getAttribute("data-kind") === "阶梯";
    var given = JSON.parse(box.getAttribute("data-levels")), shares = JSON.parse(box.getAttribute("data-shares"));
    var parts = Array.prototype.slice.call(box.querySelectorAll(".ka-part"));
    var state = recall(key);
    if (!state.items) state.items = {};
    if (!state.levels) state.levels = [];

    var panel = make("section", "ka-result");
    panel.setAttribute("aria-label", "结果");
    var score = make("p", "ka-score"), gaps = make("div", "ka-gaps"), own = make("fieldset", "ka-levels");
    score.setAttribute("role", "status");
    panel.appendChild(score);
    panel.appendChild(gaps);
    var acts = make("p", "ka-acts");
    acts.appendChild(button("打印结果", function () { window.print(); }));
    acts.appendChild(button("全部清除", function () {
      forget(key);
      state = { items: {}, levels: [] };
      each(box.querySelectorAll("input"), function (input) {
        if (input.type === "radio") input.checked = false; else input.value = "";
      });
      each(own.querySelectorAll("input"), function (input) { input.value = ""; });
      draw();
    }));
    panel.appendChild(acts);
    if (!ladder && !given.length) {
      own.appendChild(make("legend", "", "本单位的档次（名称和起点由本单位填写，只存本机）"));
      for (var at = 0; at < 4; at++) own.appendChild(level(at));
      panel.appendChild(own);
    }
    box.parentNode.insertBefore(panel, box.nextSibling);

    function level(at) {
      var row = make("p"), kept = state.levels[at] || ["", ""];
      [["第 " + (at + 1) + " 档名称", 0, "text"], ["达到百分之", 1, "number"]].forEach(function (one) {
        var label = make("label", "", one[0] + " "), input = make("input");
        input.type = one[2];
        input.value = kept[one[1]];
        if (one[2] === "number") { input.min = "0"; input.max = "100"; }
        input.addEventListener("input", function () {
          if (!state.levels[at]) state.levels[at] = ["", ""];
          state.levels[at][one[1]] = input.value;
          save();
        });
        label.appendChild(input);
        row.appendChild(label);
      });
      return row;
    }
    function grades() {
      var rows = given.map(function (name, at) { return [name, shares[at]]; });
      state.levels.forEach(function (row) {
        if (row && row[0] && row[1] !== "") rows.push([row[0], Number(row[1])]);
      });
      return rows.sort(function (a, b) { return b[1] - a[1]; });
    }
    function save() {
      keep(key, state);
      draw();
    }
    function measure(part) {
      var found = { all: 0, answered: 0, sum: 0, full: 0, gaps: [], open: 0 };
      each(part.querySelectorAll("[data-item]"), function (item) {
        var value = state.items[item.getAttribute("data-item")], points = Number(item.getAttribute("data-points"));
        found.all += 1;
        if (value === undefined) { found.open += 1; return; }
        found.answered += 1;
        if (value === "x") return;
        found.full += points;
        found.sum += points * Number(value) / 2;
        if (value !== "2") found.gaps.push([words(item.querySelector("legend")), value === "1" ? "部分做到" : "没做到"]);
      });
      return found;
    }
    function gapList(title, rows) {
      if (!rows.length) return;
      gaps.appendChild(make("h3", "", title));
      var node = make("ul");
      rows.forEach(function (row) { node.appendChild(make("li", "", row[0] + "（" + row[1] + "）")); });
      gaps.appendChild(node);
    }
    function draw() {
      var found = parts.map(measure);
      var total = { all: 0, answered: 0, sum: 0, full: 0 };
      found.forEach(function (one) {
        ["all", "answered", "sum", "full"].forEach(function (name) { total[name] += one[name]; });
      });
      gaps.textContent = "";
      if (!total.answered) {
        score.textContent = "还没有勾选。逐项勾选后，这里显示结果。";
        return;
      }
      if (ladder) drawLadder(found); else {
        var share = total.full ? Math.round(total.sum * 100 / total.full) : 0, reached = "";
        grades().some(function (row) {
          if (share >= row[1]) reached = row[0];
          return Boolean(reached);
        });
        score.textContent = "已看 " + total.answered + " / " + total.all + " 项，得分 " + total.sum + " / " + total.full + "，完成 " + share + "%" + (reached ? "，档次：" + reached : "");
        found.forEach(function (one, at) { gapList(parts[at].getAttribute("data-part") + "：还差的", one.gaps); });
      }
    }
    function drawLadder(found) {
      var step = 0;
      while (step < found.length && !found[step].open && !found[step].gaps.length) step += 1;
      var names = parts.map(function (part) { return part.getAttribute("data-part"); });
      var now = step ? "已达到“" + names[step - 1] + "”" : "还没有达到“" + names[0] + "”";
      if (step === found.length) {
        score.textContent = now + "，各级要点都做到了。";
        return;
      }
      var next = found[step];
      score.textContent = now + "；到“" + names[step] + "”还差 " + (next.gaps.length + next.open) + " 项" + (next.open ? "（其中 " + next.open + " 项还没有看）" : "");
      gapList("到“" + names[step] + "”还差的", next.gaps);
    }
    each(box.querySelectorAll("[data-item]"), function (item) {
      var id = item.getAttribute("data-item");
      each(item.querySelectorAll("input"), function (input) {
        input.checked = state.items[id] === input.value;
        input.addEventListener("change", function () {
          state.items[id] = input.value;
          save();
        });
      });
    });
    each(box.querySelectorAll("[data-keep]"), function (input) {
      var name = input.getAttribute("data-keep");
      input.value = state[name] || "";
      input.addEventListener("input", function () {
        state[name] = input.value;
        keep(key, state);
      });
    });
    draw();
  }

  function risks(box) {
    var key = "kb-assess-" + box.getAttribute("data-name");
    var grades = ["低", "中", "高"], state = recall(key);
    var rows = Array.prototype.slice.call(box.querySelectorAll("[data-risk]"));
    rows.forEach(function (row, at) {
      var cell = row.querySelector(".ka-grade"), id = row.getAttribute("data-risk");
      var kept = state[id] || [cell.getAttribute("data-chance"), cell.getAttribute("data-harm")];
      cell.textContent = "";
      ["可能", "后果"].forEach(function (label, which) {
        var select = make("select");
        select.setAttribute("aria-label", "风险点 " + (at + 1) + " 的" + label);
        [""].concat(grades).forEach(function (word) {
          var option = make("option", "", word ? label + word : label + "？");
          option.value = word;
          option.selected = word === kept[which];
          select.appendChild(option);
        });
        select.addEventListener("change", function () {
          var now = state[id] || kept.slice();
          now[which] = select.value;
          state[id] = now;
          keep(key, state);
          draw();
        });
        cell.appendChild(select);
      });
    });
    var acts = make("p", "ka-acts");
    acts.appendChild(button("打印", function () { window.print(); }));
    acts.appendChild(button("清除我定的等级", function () {
      forget(key);
      state = {};
      rows.forEach(function (row) {
        var cell = row.querySelector(".ka-grade"), selects = cell.querySelectorAll("select");
        selects[0].value = cell.getAttribute("data-chance");
        selects[1].value = cell.getAttribute("data-harm");
      });
      draw();
    }));
    box.appendChild(acts);
    var rest = document.getElementById("ka-rest");
    rest.setAttribute("role", "status");
    function draw() {
      var open = 0;
      each(box.querySelectorAll("[data-cell]"), function (cell) { cell.textContent = ""; });
      rows.forEach(function (row, at) {
        var selects = row.querySelectorAll("select"), chance = selects[0].value, harm = selects[1].value;
        if (!chance || !harm) { open += 1; return; }
        var link = make("a", "", String(at + 1));
        link.href = "#" + row.id;
        box.querySelector("[data-cell=\"" + harm + chance + "\"]").appendChild(link);
      });
      rest.textContent = open ? "还有 " + open + " 个风险点没有定等级。在下面的表里选“可能”和“后果”，标准由本单位定；只存本机。" : "全部风险点已定等级。";
    }
    draw();
  }

  var form = document.getElementById("ka-form"), register = document.getElementById("ka-risks");
  if (form) list(form);
  if (register) risks(register);
})();
