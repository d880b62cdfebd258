/* Misspelt words that stand in no title.
   One character is taken for wrong. What should stand there is guessed from the characters that commonly stand beside
   its neighbours, and read in the texts where everything around it stands as typed. */
(function (kb) {
  'use strict';

  var RARE = 250; // a pair in fewer than one of so many entries is suspicious
  var MOST_SUSPECTS = 4;
  var READ = 8; // texts read for what stands in the gap
  var MOST_TRIED = 7;
  var MOST_MENDED = 4;
  var CERTAIN = 0.9;

  /** Corrections of a folded text whose shards are loaded: a promise of [{text, likely 0-1}] best first. */
  kb.mend = async function (text) {
    await kb.needTerms(kb.pairsOf(text).map(function (pair) { return pair.term; }));
    var suspects = suspicious(text);
    var guesses = new Map();
    await read(text, suspects, guesses);
    // what was read in a text needs no guessing, and guesses cost their shards
    var certain = Array.from(guesses.values()).some(function (likely) { return likely >= CERTAIN; });
    if (!certain) {
      await kb.needNeighbours(around(text, suspects));
      suspects.forEach(function (at) { guess(text, at, guesses); });
    }
    var best = Array.from(guesses, function (pair) { return { text: pair[0], likely: pair[1] }; });
    best.sort(function (a, b) { return b.likely - a.likely; });
    best = best.slice(0, certain ? MOST_MENDED : MOST_TRIED);
    await kb.needTerms([].concat.apply([], best.map(function (each) {
      return kb.pairsOf(each.text).map(function (pair) { return pair.term; });
    })));
    return best
      .filter(function (each) { return kb.phrase(each.text, true).count; })
      .slice(0, MOST_MENDED);
  };

  /* Places of characters that do not go with their neighbours, most suspicious first. */
  function suspicious(text) {
    var limit = kb.entries / RARE;
    var places = [];
    for (var i = 0; i < text.length; i++) {
      var left = i ? kb.postings(text.substr(i - 1, 2)).count : 0;
      var right = i + 1 < text.length ? kb.postings(text.substr(i, 2)).count : 0;
      var edge = !i || i + 1 === text.length;
      places.push({ at: i, count: edge ? Math.max(left, right) : left + right });
    }
    places.sort(function (a, b) { return a.count - b.count; });
    return places
      .filter(function (place, i) { return place.count <= limit || i < 2; })
      .slice(0, MOST_SUSPECTS)
      .map(function (place) { return place.at; });
  }

  function around(text, suspects) {
    var chars = [];
    suspects.forEach(function (at) {
      if (at) chars.push(text[at - 1]);
      if (at + 1 < text.length) chars.push(text[at + 1]);
    });
    return chars;
  }

  function put(text, at, char) {
    return text.slice(0, at) + char + text.slice(at + 1);
  }

  function better(guesses, text, likely) {
    if (!(guesses.get(text) >= likely)) guesses.set(text, likely);
  }

  /* By what commonly stands beside the neighbours. */
  function guess(text, at, guesses) {
    var right = kb.beside(text[at - 1], 0);
    var left = kb.beside(text[at + 1], 1);
    kb.mistakable(text[at]).forEach(function (char) {
      var a = right.get(char);
      var b = left.get(char);
      if (a === undefined && b === undefined) return;
      var both = (a === undefined ? 0 : 2 + a) + (b === undefined ? 0 : 2 + b);
      better(guesses, put(text, at, char), kb.alike(text[at], char) * (0.5 + Math.min(0.4, both / 25)));
    });
  }

  /* By what stands there in entries that hold everything around it. */
  async function read(text, suspects, guesses) {
    var seen = [];
    suspects.forEach(function (at) {
      var terms = kb.pairsOf(text).filter(function (term) { return term.at + 1 < at || term.at > at; });
      if (!terms.length || (terms.length < 2 && text.length < 4)) return;
      var found = kb.aligned(terms);
      if (found.count) seen.push({ at: at, ids: Array.from(found.ids.slice(0, READ)), count: found.count, terms: terms.length });
    });
    seen.sort(function (a, b) { return b.terms - a.terms || a.count - b.count; });
    seen = seen.slice(0, 2);
    var slots = new Set();
    seen.forEach(function (each) { each.ids.forEach(function (id) { slots.add(id); }); });
    await kb.needTexts(Array.from(slots));
    seen.forEach(function (each) {
      each.ids.forEach(function (id) { inText(kb.textOf(id), text, each.at, guesses); });
    });
  }

  function inText(entry, text, at, guesses) {
    var before = text.slice(0, at);
    var after = text.slice(at + 1);
    var anchor = before.length >= after.length ? before : after;
    var shift = anchor === before ? before.length : -1;
    entry.sections.forEach(function (section) {
      var body = kb.normalise(section[1]);
      for (var from = body.indexOf(anchor); from >= 0; from = body.indexOf(anchor, from + 1)) {
        var gap = from + shift;
        var char = body[gap];
        if (!char || char === '\n' || char === text[at] || body.substr(gap - before.length, text.length) !== before + char + after) continue;
        // a character neither heard nor seen alike is believed only between two anchors
        var alike = kb.alike(text[at], char);
        if (alike || (before && after)) better(guesses, put(text, at, char), alike ? 0.6 + 0.4 * alike : 0.5);
      }
    });
  }
})(self.kbSearch = self.kbSearch || {});
