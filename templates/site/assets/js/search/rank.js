/* How much an entry answers one clause.
   A name that is the clause beats a name that holds it, which beats a heading, which beats the text; within a step the
   commonness of the words and the length of the entry decide. */
(function (kb) {
  'use strict';

  var TITLE = 40;
  var ALIAS = 38.5;
  var WITHIN = 26;
  var HEADING = 20;
  var BODY = 10;
  var TEXT_BESIDE_NAME = 0.2;
  var FREQUENCY = [1, 2, 4.5, 4.5]; // by strength: once, a few times, often, heading
  var IN_HEADING = 3;
  var SATURATION = 1.2;
  var LENGTH_SHARE = 0.6;

  kb.TITLE = TITLE;

  /** Score of a name that holds the text at this place, the text being so long. */
  kb.nameScore = function (name, at, length) {
    if (name.text.length === length) return name.alias ? ALIAS : TITLE;
    return (name.alias ? -1 : 0) + WITHIN + (at ? 0 : 1.5) + (7 * length) / name.text.length;
  };

  /** Rank a text over all entries → {score: by entry, texts: entries whose text holds it, names: how many names do}. */
  kb.rank = function (variants) {
    var body = new Float32Array(kb.size);
    var name = new Float32Array(kb.size);
    var texts = 0;
    var names = 0;
    variants.forEach(function (variant, i) {
      var found = variant.nameOnly ? kb.noPostings : kb.phrase(variant.text, variant.whole);
      inTexts(found, variant.weight, body);
      var hits = inNames(variant.text, variant.weight, name);
      if (!i) {
        texts = found.count;
        names = hits;
      }
    });
    for (var id = 0; id < kb.size; id++) {
      if (name[id]) body[id] = name[id] + TEXT_BESIDE_NAME * body[id];
    }
    return { score: body, texts: texts, names: names };
  };

  function inTexts(found, weight, out) {
    var rarity = Math.log(1 + (kb.entries - found.count + 0.5) / (found.count + 0.5));
    var scale = Math.min(1, 0.3 + rarity / 8);
    for (var i = 0; i < found.count; i++) {
      var id = found.ids[i];
      var often = FREQUENCY[found.strength[i]];
      var score = (9 * scale * often) / (often + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * kb.lengths[id]));
      score = weight * (score + (found.strength[i] === IN_HEADING ? HEADING : BODY));
      if (score > out[id]) out[id] = score;
    }
  }

  function inNames(text, weight, out) {
    var hits = 0;
    kb.eachNameWith(text, function (name, at) {
      var score = weight * kb.nameScore(name, at, text.length);
      hits++;
      if (score > out[name.slot]) out[name.slot] = score;
    });
    return hits;
  }

  /** Entries by the share of a text's pairs they hold, most of it for pairs at the right distance from one another. */
  kb.shares = function (text) {
    var out = new Float32Array(kb.size);
    var aligned = new Float32Array(8 * kb.size);
    var total = 0;
    kb.termsOf(text).forEach(function (each) {
      var list = kb.postings(each.term);
      var weight = list.count ? Math.log(1 + kb.entries / list.count) : 3;
      total += weight;
      for (var i = 0; i < list.count; i++) {
        out[list.ids[i]] += weight;
        var turn = each.at & 7;
        var places = ((list.places[i] >> turn) | (list.places[i] << (8 - turn))) & 255;
        for (var bit = 0; places; bit++, places >>= 1) if (places & 1) aligned[8 * list.ids[i] + bit] += weight;
      }
    });
    for (var id = 0; id < kb.size; id++) {
      if (!out[id]) continue;
      var best = 0;
      for (var bit = 0; bit < 8; bit++) best = Math.max(best, aligned[8 * id + bit]);
      out[id] = (0.3 * out[id] + 0.7 * best) / total;
    }
    return out;
  };
})(self.kbSearch = self.kbSearch || {});
