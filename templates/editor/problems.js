/* 问题：在每一项下面说，也按行列在一处。颜色之外总有文字写明轻重。 */
(function () {
  "use strict";
  var el = kbEdit.el;
  var LOOK = { "错误": "error", "提醒": "warning", "建议": "advice" };

  kbEdit.problem = function (one, go) {
    var where = one.item ? "第 " + one.item + " 项　" : one.inner ? "正文第 " + one.inner + " 行　" : "";
    return el("li", { "class": "problem problem--" + LOOK[one.level] }, [
      el("b", { text: one.level }),
      el("span", {}, [go && where ? el("button", { type: "button", "class": "jump", text: where, onclick: function () { go(one); } }) : where,
        el("span", { text: one.message }), one.hint ? el("small", { text: "→ " + one.hint }) : null])]);
  };
  /* 一览：点一处就到那一项 */
  kbEdit.overview = function (problems, labels, go) {
    if (!problems.length) return null;
    return el("ol", { "class": "problems" }, problems.map(function (one) {
      var label = one.field === "body" ? "正文" : labels[one.field] || "第 " + one.line + " 行";
      return el("li", { "class": "problem problem--" + LOOK[one.level] }, [el("b", { text: one.level }), el("span", {}, [
        el("button", { type: "button", "class": "jump", text: label + (one.inner ? "第 " + one.inner + " 行" : one.item ? "第 " + one.item + " 项" : ""), onclick: function () { go(one); } }),
        el("span", { text: "　" + one.message }), one.hint ? el("small", { text: "→ " + one.hint }) : null])]);
    }));
  };
  kbEdit.counted = function (problems) {
    var errors = problems.filter(function (one) { return one.level === "错误"; }).length;
    var rest = problems.length - errors;
    if (!problems.length) return "没有问题";
    return (errors ? errors + " 处错误" : "没有错误") + (rest ? "，" + rest + " 处提醒" : "");
  };
})();
