/* 一条的表单：按类型画出各项，说明和问题都在项的旁边。 */
(function () {
  "use strict";
  var el = kbEdit.el;

  /* values 是文件里的，drafts 是没保存的；changed 在任何一项改动时调 */
  kbEdit.form = function (kind, form, drafts, body, changed) {
    var fields = {}, initial = {}, parts = el("div", { "class": "parts" });
    function given(field, value) { return field.many ? (Array.isArray(value) ? value : value ? [value] : []) : value || ""; }
    function draw(field) {
      var odd = form.odd[field.key], value = given(field, form.values[field.key]);
      var fixed = odd !== undefined || (!field.many && Array.isArray(value)) || field.control === "shown";
      var make = fixed ? kbEdit.controls.shown : kbEdit.controls[field.control];
      var first = make(field, value, changed, odd);
      initial[field.key] = first.value();
      var control = !fixed && drafts[field.key] !== undefined ? make(field, drafts[field.key], changed) : first;
      var id = kbEdit.name("field"), help = el("p", { "class": "help", id: id + "-help", text: field.help });
      var problems = el("ul", { "class": "problems", id: id + "-problems" });
      var title = el(control.label ? "label" : "span", { "class": "label", id: id + "-label", "for": control.label }, [field.label, field.required ? el("em", { text: "必填" }) : null]);
      var box = el("div", control.label ? { "class": "field" } : { "class": "field", role: "group", "aria-labelledby": id + "-label" }, [
        el("div", { "class": "head" }, [title]), help, control.node, problems]);
      box.setAttribute("data-key", field.key);
      if (field.control === "choice" || field.control === "number") box.classList.add("field--short");
      function described() {
        control.inputs.forEach(function (input) { input.setAttribute("aria-describedby", id + "-help " + id + "-problems"); });
      }
      control.marked = described;
      described();
      fields[field.key] = { field: field, control: control, box: box, problems: problems, fixed: fixed };
      return box;
    }
    var prose = kbEdit.prose(kind, form.body, changed), firstBody = prose.value();
    if (body !== null && body !== undefined) prose = kbEdit.prose(kind, body, changed);
    var bodyProblems = el("ul", { "class": "problems", id: "body-problems" });
    prose.inputs[0].setAttribute("aria-describedby", "body-problems");
    kbEdit.setting.parts.forEach(function (part) {
      var own = kind.fields.filter(function (field) { return field.part === part[0]; }), inner = null;
      var id = kbEdit.name("part");
      if (part[0] === "body") inner = el("div", { "class": "field", "data-key": "body" }, [el("label", { "class": "hidden", "for": prose.label, text: "正文" }), prose.node, bodyProblems]);
      else if (own.length) inner = own.map(draw);
      if (!inner) return;
      if (part[0] === "kept") kbEdit.fill(parts, el("details", { "class": "part" }, [el("summary", {}, el("h2", { id: id, text: part[1] })), inner]));
      else kbEdit.fill(parts, el("section", { "class": "part", "aria-labelledby": id }, [el("h2", { id: id, text: part[1] }), inner]));
    });
    function go(one) {
      if (one.field === "body") { prose.line(one.inner || 1); return; }
      var found = fields[one.field];
      if (!found) return;
      var outer = found.box.closest("details");
      if (outer) outer.open = true;
      found.box.scrollIntoView({ block: "center" });
      var inputs = one.item && found.control.item ? found.control.item(one.item) : found.control.inputs;
      if (inputs[0]) inputs[0].focus({ preventScroll: true });
    }
    return {
      node: parts,
      go: go,
      labels: kind.fields.reduce(function (all, field) { all[field.key] = field.label; return all; }, {}),
      shown: function () {
        Object.keys(fields).forEach(function (key) { if (fields[key].control.shown) fields[key].control.shown(); });
      },
      /* 改过的项；没有动过的不在里面，文件里的那几行也就不动 */
      values: function () {
        var found = {};
        Object.keys(fields).forEach(function (key) {
          var value = fields[key].control.value();
          if (!fields[key].fixed && !kbEdit.same(value, initial[key])) found[key] = value;
        });
        return found;
      },
      body: function () { return prose.value() === firstBody ? null : prose.value(); },
      /* 这些已经写进文件：从此以它们为准 */
      kept: function (values, words) {
        Object.keys(values).forEach(function (key) { initial[key] = values[key]; });
        if (words !== null) firstBody = words;
      },
      /* 把问题放到各项下面，返回没有地方放的 */
      place: function (problems) {
        var rest = [];
        Object.keys(fields).forEach(function (key) {
          kbEdit.empty(fields[key].problems);
          fields[key].box.classList.remove("field--error");
          fields[key].control.inputs.forEach(function (input) { input.removeAttribute("aria-invalid"); });
        });
        kbEdit.empty(bodyProblems);
        prose.inputs[0].removeAttribute("aria-invalid");
        problems.forEach(function (one) {
          var found = fields[one.field];
          if (one.field === "body") {
            kbEdit.fill(bodyProblems, kbEdit.problem(one, go));
            if (one.level === "错误") prose.inputs[0].setAttribute("aria-invalid", "true");
          } else if (found) {
            kbEdit.fill(found.problems, kbEdit.problem(one, go));
            if (one.level === "错误") {
              found.box.classList.add("field--error");
              (one.item && found.control.item ? found.control.item(one.item) : found.control.inputs).forEach(function (input) {
                if (input.tagName !== "BUTTON") input.setAttribute("aria-invalid", "true");
              });
            }
          } else rest.push(one);
        });
        return rest;
      }
    };
  };
})();
