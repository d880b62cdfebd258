/* 学习路径：读过的打勾，进度只存本机。没有脚本时路径照样能读。 */
(function () {
  "use strict";
  var box = document.getElementById("kl-path");
  if (!box) return;
  var key = "kb-path-" + box.getAttribute("data-name");
  function recall() {
    try { return JSON.parse(window.localStorage.getItem(key) || "{}") || {}; } catch (refused) { return {}; }
  }
  function keep(value) {
    try { window.localStorage.setItem(key, JSON.stringify(value)); } catch (refused) { /* 存不住就只管这一页 */ }
  }
  var done = recall();
  var steps = Array.prototype.slice.call(box.querySelectorAll("[data-step]"));
  if (!steps.length) return;
  var bar = document.createElement("div");
  bar.className = "kq-bar";
  var status = document.createElement("p");
  status.className = "kv-status";
  status.setAttribute("role", "status");
  var progress = document.createElement("progress");
  progress.max = steps.length;
  progress.setAttribute("aria-label", "学习进度");
  var clear = document.createElement("button");
  clear.type = "button";
  clear.className = "kq-button";
  clear.textContent = "清除进度";
  bar.appendChild(status);
  bar.appendChild(progress);
  bar.appendChild(clear);
  box.insertBefore(bar, box.firstChild);
  var boxes = steps.map(function (step) {
    var id = step.getAttribute("data-step"), label = document.createElement("label"), input = document.createElement("input");
    label.className = "kl-tick";
    input.type = "checkbox";
    input.setAttribute("aria-label", "学过：" + step.querySelector("a").textContent);
    label.appendChild(input);
    label.appendChild(document.createTextNode("学过"));
    input.addEventListener("change", function () {
      if (input.checked) done[id] = 1; else delete done[id];
      keep(done);
      draw();
    });
    step.insertBefore(label, step.firstChild);
    return [id, input, step];
  });
  clear.addEventListener("click", function () {
    done = {};
    keep(done);
    draw();
  });
  function draw() {
    var count = 0, next = "";
    boxes.forEach(function (one) {
      var ticked = Boolean(done[one[0]]);
      one[1].checked = ticked;
      one[2].classList.toggle("kl-done", ticked);
      if (ticked) count += 1; else if (!next) next = one[2].querySelector("a").textContent;
    });
    progress.value = count;
    status.textContent = "学过 " + count + " / " + steps.length + (next ? "，下一步：" + next : "，全部学完");
  }
  draw();
})();
