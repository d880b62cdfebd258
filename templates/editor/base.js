/* 底子：建元素、向编辑程序提问、记住没有保存的内容。经典脚本，可用到 Chromium 78。 */
var kbEdit = {};
(function () {
  "use strict";
  var count = 0;
  var key = document.querySelector('meta[name="kb-key"]').getAttribute("content");

  /* 建一个元素：属性里 on 开头的是事件，text 是文字；子元素可以是文字、元素、数组或空 */
  kbEdit.el = function (tag, given, inner) {
    var node = document.createElement(tag);
    Object.keys(given || {}).forEach(function (name) {
      var value = given[name];
      if (value === null || value === undefined || value === false) return;
      if (name === "text") node.textContent = value;
      else if (name.slice(0, 2) === "on") node.addEventListener(name.slice(2), value);
      else if (name === "value") node.value = value;
      else node.setAttribute(name, value === true ? "" : value);
    });
    kbEdit.fill(node, inner);
    return node;
  };
  kbEdit.fill = function (node, inner) {
    (Array.isArray(inner) ? inner : [inner]).forEach(function (one) {
      if (one === null || one === undefined || one === false) return;
      if (Array.isArray(one)) kbEdit.fill(node, one);
      else node.appendChild(typeof one === "string" ? document.createTextNode(one) : one);
    });
  };
  kbEdit.empty = function (node) { while (node.firstChild) node.removeChild(node.firstChild); };
  kbEdit.name = function (word) { count += 1; return word + "-" + count; };
  kbEdit.same = function (one, other) { return JSON.stringify(one) === JSON.stringify(other); };
  kbEdit.later = function (wait, work) {
    var timer = 0;
    function run() { clearTimeout(timer); timer = setTimeout(work, wait); }
    run.stop = function () { clearTimeout(timer); };
    return run;
  };
  kbEdit.button = function (words, work, look, more) {
    var given = { type: "button", "class": "button" + (look ? " " + look : ""), text: words, onclick: work };
    Object.keys(more || {}).forEach(function (name) { given[name] = more[name]; });
    return kbEdit.el("button", given);
  };

  /* 提问：done(回答)；failed(说明, 回答或空)。连不上时第二个是 null。 */
  kbEdit.ask = function (name, wish, done, failed) {
    var request = new XMLHttpRequest();
    request.open("POST", "api/" + name);
    request.setRequestHeader("Content-Type", "application/json");
    request.timeout = 60000;
    request.onload = function () {
      var told = null;
      try { told = JSON.parse(request.responseText); } catch (broken) { told = null; }
      if (request.status === 200 && told) done(told);
      else failed(told && told.error ? told.error : request.responseText.trim().slice(0, 200) || "编辑程序没有听懂", told || {});
    };
    request.onerror = request.ontimeout = function () { failed("连不上编辑程序，它可能已经结束", null); };
    request.send(JSON.stringify(wish));
  };

  /* 没有保存的内容记在这个标签页里，刷新以后还在 */
  kbEdit.memory = {
    get: function (path) {
      try { return JSON.parse(sessionStorage.getItem("kb-edit:" + key + ":" + path)); } catch (refused) { return null; }
    },
    set: function (path, what) {
      try {
        if (what) sessionStorage.setItem("kb-edit:" + key + ":" + path, JSON.stringify(what));
        else sessionStorage.removeItem("kb-edit:" + key + ":" + path);
        return true;
      } catch (full) { return false; }
    },
    paths: function () {
      var start = "kb-edit:" + key + ":", found = [];
      try {
        for (var n = 0; n < sessionStorage.length; n++) {
          if (sessionStorage.key(n).indexOf(start) === 0) found.push(sessionStorage.key(n).slice(start.length));
        }
      } catch (refused) { /* 不让用就没有 */ }
      return found;
    }
  };
  kbEdit.state = function (words, look) {
    var line = document.getElementById("state");
    line.textContent = words;
    line.className = "state" + (look ? " state--" + look : "");
  };
})();
