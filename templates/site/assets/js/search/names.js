/* Titles, aliases, facets and lengths of all entries, in memory: what suggestions and the best part of ranking live on. */
(function (kb) {
  'use strict';

  var SLOTS_BITS = 11;
  var parts = [];
  var titles = [];
  var names = []; // {text, slot, alias}; text is folded
  var starts = null; // where each name begins in `all`
  var all = '';
  var exact = new Map(); // folded name → numbers of names
  var groups = new Map(); // folded word → words that mean the same

  kb.size = 0; // entry numbers run below this, with holes
  kb.entries = 0;
  kb.facets = {}; // key → {values: [...], of: [slot → array of value numbers]}

  kb.names = function (number, mark, part) {
    if (kb.fits('n', number, mark)) parts[number] = part;
  };

  /** Called once all parts are here. */
  kb.openNames = function (start) {
    kb.size = start.slots;
    kb.entries = start.entries;
    kb.lengths = new Float32Array(kb.size);
    var sum = 0;
    parts.forEach(function (part, number) {
      var slot = (number << SLOTS_BITS) - 1;
      var gaps = kb.unpack(part.slots);
      var lengths = kb.unpack(part.lengths);
      var title = kb.spell(part.titles).split('\n');
      var aliases = kb.spell(part.aliases).split('\n');
      var slots = [];
      for (var i = 0; i < gaps.length; i++) {
        slot += gaps[i] + 1;
        slots.push(slot);
        titles[slot] = title[i];
        kb.lengths[slot] = Math.pow(2, lengths[i] / 4);
        sum += kb.lengths[slot];
        add(title[i], slot, '');
        if (aliases[i]) each(aliases[i], slot);
      }
      Object.keys(part.facets).forEach(function (key) {
        column(key, part.facets[key], slots);
      });
    });
    for (var i = 0; i < kb.size; i++) kb.lengths[i] /= sum / kb.entries || 1;
    parts = [];
    join();
    start.synonyms.forEach(function (words) {
      words.forEach(function (word) {
        words.forEach(function (other) { means(word, other, 0.9); });
      });
    });
  };

  function each(aliases, slot) {
    var title = kb.flat(titles[slot]);
    aliases.split('|').forEach(function (alias) {
      add(alias, slot, alias);
      // who types an alias also wants what is written about the thing under its title; the other way round the
      // entry itself comes first anyway, and each alias would cost its shards
      if (kb.flat(alias)) means(kb.flat(alias), title, 0.7);
    });
  }

  function add(name, slot, alias) {
    var text = kb.flat(name);
    if (!text) return;
    var found = exact.get(text);
    if (found) found.push(names.length);
    else exact.set(text, [names.length]);
    names.push({ text: text, slot: slot, alias: alias });
  }

  function means(word, other, weight) {
    var others = groups.get(word) || [];
    groups.set(word, others);
    if (other !== word && !others.some(function (known) { return known.text === other; })) others.push({ text: other, weight: weight });
  }

  function column(key, data, slots) {
    var facet = kb.facets[key] || (kb.facets[key] = { values: [], of: [], numbers: new Map() });
    var combinations = kb.spell(data[0]).split('\n').map(function (combination) {
      return combination.split('|').filter(Boolean).map(function (value) {
        if (!facet.numbers.has(value)) {
          facet.numbers.set(value, facet.values.length);
          facet.values.push(value);
        }
        return facet.numbers.get(value);
      });
    });
    var which = kb.unpack(data[1]);
    slots.forEach(function (slot, i) {
      facet.of[slot] = combinations[which[i]];
    });
  }

  function join() {
    var at = 0;
    starts = new Int32Array(names.length + 1);
    var texts = names.map(function (name, i) {
      starts[i] = at;
      at += name.text.length + 1;
      return name.text;
    });
    starts[names.length] = at;
    all = texts.join('\n') + '\n';
  }

  function nameAt(place) {
    var low = 0;
    var high = names.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (starts[middle + 1] <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Visit every name that holds the folded text once: (name, place within it). */
  kb.eachNameWith = function (text, visit) {
    for (var at = all.indexOf(text); at >= 0; ) {
      var number = nameAt(at);
      visit(names[number], at - starts[number]);
      at = all.indexOf(text, starts[number + 1]);
    }
  };

  /** All names, for those who look at each. */
  kb.allNames = function () {
    return names;
  };

  /** Names equal to the folded text. */
  kb.namesEqual = function (text) {
    return (exact.get(text) || []).map(function (number) {
      return names[number];
    });
  };

  kb.isName = function (text) {
    return exact.has(text) || groups.has(text);
  };

  kb.titleOf = function (slot) {
    return titles[slot];
  };

  /** Words that mean the same as the folded text: [{text, weight}]. */
  kb.synonyms = function (text) {
    return groups.get(text) || [];
  };
})(self.kbSearch = self.kbSearch || {});
