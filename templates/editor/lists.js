/* 列表的两种控件：勾选，一行一项。再加只看不改的。 */
(function () {
  "use strict";
  var el = kbEdit.el;

  /* 勾选：原有的次序不动，新勾的排在后面 */
  kbEdit.controls.checks = function (field, value, changed) {
    var order = value.slice(), inputs = [];
    var words = field.options.concat(value.filter(function (word) { return field.options.indexOf(word) < 0; }));
    var box = el("div", { "class": "checks" }, words.map(function (word) {
      var input = el("input", { type: "checkbox" });
      input.checked = order.indexOf(word) >= 0;
      input.addEventListener("change", function () {
        order = order.filter(function (other) { return other !== word; });
        if (input.checked) order.push(word);
        changed();
      });
      inputs.push(input);
      return el("label", {}, [input, el("span", { text: word })]);
    }));
    return { node: box, inputs: inputs, label: null, value: function () { return order; } };
  };

  /* 一行一项：可添、可删、可上下移 */
  kbEdit.controls.rows = function (field, value, changed) {
    var make = kbEdit.controls[field.each], rows = [], one;
    var list = el("ol", { "class": "rows" });
    var add = kbEdit.button("添一项", function () { append("", true); tell(); changed(); }, "button--small");
    function append(words, focus) {
      var row = { control: make(field, words, changed) };
      row.control.marked = function () { one.marked(); };
      row.node = el("li", { "class": row.control.shown ? "row--worded" : null }, [el("div", { "class": "rows__what" }, row.control.node), el("div", { "class": "rows__acts" }, [
        kbEdit.button("↑", function () { move(row, -1); }, "button--small", { title: "上移" }),
        kbEdit.button("↓", function () { move(row, 1); }, "button--small", { title: "下移" }),
        kbEdit.button("×", function () { drop(row); }, "button--small", { title: "删去这一项" })])]);
      rows.push(row);
      list.appendChild(row.node);
      if (row.control.shown && focus) row.control.shown();
      if (focus && row.control.inputs[0]) row.control.inputs[0].focus();
    }
    function move(row, step) {
      var at = rows.indexOf(row), to = at + step;
      if (to < 0 || to >= rows.length) return;
      rows.splice(at, 1);
      rows.splice(to, 0, row);
      list.insertBefore(row.node, rows[to + 1] ? rows[to + 1].node : null);
      row.node.querySelectorAll(".rows__acts button")[step < 0 ? 0 : 1].focus();
      tell();
      changed();
    }
    function drop(row) {
      var at = rows.indexOf(row);
      rows.splice(at, 1);
      list.removeChild(row.node);
      (rows[at] ? rows[at].node.querySelector(".rows__acts button:last-child") : add).focus();
      tell();
      changed();
    }
    function tell() {
      rows.forEach(function (row, number) {
        var names = ["上移", "下移", "删去"];
        row.node.querySelectorAll(".rows__acts button").forEach(function (button, at) { button.setAttribute("aria-label", names[at] + "第 " + (number + 1) + " 项"); });
        row.control.inputs.forEach(function (input) {
          if (row.control.label) input.setAttribute("aria-label", field.label + "第 " + (number + 1) + " 项");
        });
      });
      if (one && one.marked) one.marked();
    }
    one = {
      node: el("div", {}, [list, add]), label: null,
      value: function () { return rows.map(function (row) { return row.control.value(); }).filter(function (word) { return word.trim(); }); },
      shown: function () { rows.forEach(function (row) { if (row.control.shown) row.control.shown(); }); },
      /* 第几项的元素，从 1 数；空行不算在写进文件的项里 */
      item: function (number) {
        var kept = rows.filter(function (row) { return row.control.value().trim(); });
        return kept[number - 1] ? kept[number - 1].control.inputs : [];
      }
    };
    Object.defineProperty(one, "inputs", { get: function () {
      return rows.reduce(function (all, row) { return all.concat(row.control.inputs); }, []).concat(add);
    } });
    value.forEach(function (words) { append(words, false); });
    tell();
    return one;
  };

  /* 只看：审核记录由 kb review 写，分项的内容表单不改 */
  kbEdit.controls.shown = function (field, value, changed, odd) {
    var text = odd || (Array.isArray(value) ? value.join("\n") : value);
    var words = field.kind === "review" && field.key === "reviews" ? "由 kb review 登记，这里只看。" : "这里只看；要改，点上面的“照文字修改”。";
    return {
      node: el("div", { "class": "shown" }, [text ? el("pre", { text: text }) : el("p", { "class": "note", text: "没有。" }), el("p", { "class": "note", text: words })]),
      inputs: [], label: null, value: function () { return value; }
    };
  };
})();
