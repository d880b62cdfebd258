/* 预览：问有没有新的内容。正文变了就在原处换上变了的段落；别处也变了，整页重新载入。 */
(function () {
  "use strict";
  var script = document.currentScript;
  // what this page already holds, lest what was saved while it was loading be missed
  var known = script.getAttribute("data-known"), shown = script.getAttribute("data-page");
  var request = null;

  function ask() {
    if (request || document.hidden) return;
    request = new XMLHttpRequest();
    request.open("GET", "/__kb_live?known=" + known + "&page=" + shown + "&address=" + encodeURIComponent(location.pathname));
    request.onload = function () {
      var answer = request.status === 200 && JSON.parse(request.responseText);
      request = null;
      if (!answer) { setTimeout(ask, 1000); return; }
      if (!take(answer)) { location.reload(); return; }
      known = String(answer.number);
      if (answer.page) shown = answer.page;
      // the next question says that this answer has been painted
      requestAnimationFrame(function () { setTimeout(ask, 0); });
    };
    request.onerror = function () { request = null; setTimeout(ask, 1000); };
    request.send();
  }
  // a browser keeps few lines open to one server: pages out of sight give theirs back
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && request) { request.abort(); request = null; }
    ask();
  });

  /* true where the page now is what a reload would show */
  function take(answer) {
    if (!answer.files || answer.files.some(loaded())) return false;
    if (!answer.page) return true;
    if (!answer.was) return false;
    var was = parse(answer.was), now = parse(answer.now), steps = [];
    // what a script of the page has read from the article is not known here
    if (was.querySelector("article script") || now.querySelector("article script")) return false;
    if (!compare(was.documentElement, now.documentElement, document.documentElement, steps, false)) return false;
    steps.forEach(function (step) { step(); });
    return true;
  }
  function parse(html) { return new DOMParser().parseFromString(html, "text/html"); }

  /* whether this page has loaded a file of the site; the list of what it has loaded ends at 250 */
  function loaded() {
    var list = performance.getEntriesByType("resource"), names = {};
    list.forEach(function (one) {
      if (one.name.indexOf(location.origin + "/") === 0) names[decodeURIComponent(new URL(one.name).pathname).slice(1)] = true;
    });
    return function (name) { return list.length >= 250 || names[name] === true; };
  }

  /* Notes in `steps` how to make of the live node what `now` is, knowing that it came of `was`. Scripts may have
     altered the live node: false where that, or what differs, calls for a reload. `free`: inside of the article, where
     nodes may come and go. */
  function compare(was, now, live, steps, free) {
    if (was.isEqualNode(now)) return true;
    if (was.nodeType !== 1) {
      if (!free && !title(was.parentNode)) return false;
      steps.push(function () { live.nodeValue = now.nodeValue; });
      return true;
    }
    var name = was.nodeName;
    if (name === "SCRIPT" || name === "LINK" || name === "STYLE" || name === "IFRAME" || name === "OBJECT") return false;
    if (!sameAttributes(was, now)) {
      if (name !== "META" || was.name !== "description" || now.name !== "description") return false;
      steps.push(function () { live.setAttribute("content", now.getAttribute("content")); });
      return true;
    }
    free = free || name === "ARTICLE";
    var before = list(was), after = list(now);
    var there = list(live).filter(function (node) { return node !== script; });
    // scripts hang what they open at the end of the page
    if (!free) there = there.slice(0, before.length);
    return alike(before, there) && align(before, after, there, live, steps, free);
  }
  function list(node) { return [].slice.call(node.childNodes); }
  function title(node) { return node.nodeName === "TITLE"; }
  function sameAttributes(one, other) { return one.cloneNode(false).isEqualNode(other.cloneNode(false)); }
  function alike(before, there) {
    return before.length === there.length && before.every(function (node, at) { return node.nodeName === there[at].nodeName; });
  }

  /* Equal children stay, in the longest common row; what lies between is compared in pairs as far as it goes. */
  function align(before, after, there, live, steps, free) {
    var head = 0, tail = 0, short = Math.min(before.length, after.length);
    while (head < short && before[head].isEqualNode(after[head])) head += 1;
    while (tail < short - head && before[before.length - 1 - tail].isEqualNode(after[after.length - 1 - tail])) tail += 1;
    var rows = before.slice(head, before.length - tail), columns = after.slice(head, after.length - tail);
    var anchors = common(rows, columns), i = 0, j = 0;
    anchors.push([rows.length, columns.length]);
    return anchors.every(function (anchor) {
      var fine = true;
      while (fine && i < anchor[0] && j < anchor[1]) {
        fine = pair(rows[i], columns[j], there[head + i], steps, free);
        i += 1; j += 1;
      }
      if (i < anchor[0] || j < anchor[1]) fine = fine && free;
      for (; fine && i < anchor[0]; i += 1) fine = gone(rows[i], there[head + i], steps);
      for (; fine && j < anchor[1]; j += 1) fine = come(columns[j], there[head + anchor[0]] || null, live, steps);
      i += 1; j += 1;
      return fine;
    });
  }
  function pair(was, now, live, steps, free) {
    if (was.nodeName === now.nodeName && (was.nodeType !== 1 || sameAttributes(was, now) || !free)) {
      var mark = steps.length;
      if (compare(was, now, live, steps, free)) return true;
      steps.length = mark;
    }
    return free && !runs(was) && !runs(now) && put(now, live, steps);
  }
  function put(now, live, steps) {
    steps.push(function () { live.parentNode.replaceChild(document.importNode(now, true), live); });
    return true;
  }
  function gone(was, live, steps) {
    if (runs(was)) return false;
    steps.push(function () { live.parentNode.removeChild(live); });
    return true;
  }
  function come(now, next, live, steps) {
    if (runs(now)) return false;
    steps.push(function () { live.insertBefore(document.importNode(now, true), next); });
    return true;
  }
  /* whether a node brings scripts or styles, which only a reload puts to work as they stand */
  function runs(node) {
    return node.nodeType === 1 && (node.matches("script, link, style") || node.querySelector("script, link, style") !== null);
  }

  /* the longest common row of equal nodes: pairs of places in both lists; none is sought in very long lists */
  function common(rows, columns) {
    if (rows.length * columns.length > 250000) return [];
    var keys = rows.map(key), others = columns.map(key), table = [], found = [], i, j;
    for (i = rows.length; i >= 0; i -= 1) {
      table[i] = [];
      for (j = columns.length; j >= 0; j -= 1) {
        table[i][j] = i === rows.length || j === columns.length ? 0
          : keys[i] === others[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
      }
    }
    for (i = 0, j = 0; i < rows.length && j < columns.length;) {
      if (keys[i] === others[j]) { found.push([i, j]); i += 1; j += 1; }
      else if (table[i + 1][j] >= table[i][j + 1]) i += 1;
      else j += 1;
    }
    return found;
  }
  function key(node) { return node.nodeType === 1 ? node.outerHTML : node.nodeType + " " + node.nodeValue; }

  ask();
})();
