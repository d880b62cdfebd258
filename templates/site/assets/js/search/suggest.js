/* Names while typing: no file is loaded for it beyond the first. */
(function (kb) {
  'use strict';

  var MOST = 8;

  /** Names that begin with, hold, sound like or are spelled by what stands in the box: [{slot, title, alias}]. */
  kb.suggest = function (query, most) {
    var text = kb.flat(query);
    if (!text) return [];
    var best = new Map();
    kb.eachNameWith(text, function (name, at) { keep(best, name, kb.nameScore(name, at, text.length)); });
    if (/[a-z]/.test(text) && kb.soundsHere()) {
      kb.spelled(text).slice(0, 200).forEach(function (each) { keep(best, each.name, 30 * each.score); });
    } else if (!best.size && text.length > 1 && kb.soundsHere()) {
      kb.nearNames(text).forEach(function (near) { keep(best, near.name, 20 * near.score); });
    }
    return Array.from(best.values())
      .sort(function (a, b) { return b.score - a.score || a.name.text.length - b.name.text.length || a.name.slot - b.name.slot; })
      .slice(0, most || MOST)
      .map(function (each) {
        return { slot: each.name.slot, title: kb.titleOf(each.name.slot), alias: each.name.alias };
      });
  };

  function keep(best, name, score) {
    var known = best.get(name.slot);
    if (!known || known.score < score) best.set(name.slot, { name: name, score: score });
  }
})(self.kbSearch = self.kbSearch || {});
