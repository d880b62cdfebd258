/* 品牌墙：按类别、主题、地区筛卡片；选中的条件记在地址的 # 之后，没有脚本时全部可读。 */
(function () {
  "use strict";
  var box = document.getElementById("kv-wall");
  if (!box) return;
  var facets = JSON.parse(box.getAttribute("data-facets"));
  var cards = Array.prototype.slice.call(box.querySelectorAll(".kv-wall > li"));
  if (!cards.length) return;
  var chosen = {}, buttons = [], status = document.createElement("p");
  status.className = "kv-status";
  status.setAttribute("role", "status");
  var panel = document.createElement("div");

  function fits(card) {
    return facets.every(function (facet) {
      var want = chosen[facet[0]];
      return !want || card.getAttribute("data-" + facet[0]).split("|").indexOf(want) >= 0;
    });
  }
  function draw() {
    var shown = 0;
    cards.forEach(function (card) {
      card.hidden = !fits(card);
      if (!card.hidden) shown += 1;
    });
    buttons.forEach(function (one) {
      one.node.setAttribute("aria-pressed", String((chosen[one.facet] || "") === one.word));
    });
    status.textContent = shown ? "显示 " + shown + " 项，共 " + cards.length + " 项" : "没有符合条件的品牌，换一个条件试试。";
  }
  function readAddress() {
    chosen = {};
    location.hash.slice(1).split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      facets.forEach(function (facet) {
        if (at < 1 || pair.slice(0, at) !== facet[0]) return;
        try {
          var word = decodeURIComponent(pair.slice(at + 1));
          if (facet[2].indexOf(word) >= 0) chosen[facet[0]] = word;
        } catch (broken) { /* 地址里有坏的编码：不理这一项 */ }
      });
    });
    draw();
  }
  function writeAddress() {
    var parts = [];
    facets.forEach(function (facet) {
      if (chosen[facet[0]]) parts.push(facet[0] + "=" + encodeURIComponent(chosen[facet[0]]));
    });
    history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
  }
  facets.forEach(function (facet) {
    var set = document.createElement("fieldset");
    set.className = "kv-facets";
    var legend = document.createElement("legend");
    legend.textContent = facet[1];
    set.appendChild(legend);
    [""].concat(facet[2]).forEach(function (word) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = word || "全部";
      button.addEventListener("click", function () {
        chosen[facet[0]] = word;
        writeAddress();
        draw();
      });
      buttons.push({ facet: facet[0], word: word, node: button });
      set.appendChild(button);
    });
    panel.appendChild(set);
  });
  panel.appendChild(status);
  box.insertBefore(panel, box.firstChild);
  window.addEventListener("hashchange", readAddress);
  readAddress();
})();
