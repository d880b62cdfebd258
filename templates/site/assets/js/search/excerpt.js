/* The place in an entry that shows why it was found. Parts come as text with a flag, never as HTML. */
(function (kb) {
  'use strict';

  var BEFORE = 32;
  var LENGTH = 104;

  function folded(text) {
    var places = [];
    return { source: text, text: kb.normalise(text, places), places: places };
  }

  /** Whether an entry really holds one of the texts: places modulo eight leave a small doubt. */
  kb.holds = function (entry, texts) {
    var fields = [entry.title].concat(entry.sections.map(function (section) { return section[0] + '\n' + section[1]; }));
    return fields.some(function (field) {
      var text = kb.normalise(field);
      return texts.some(function (each) { return text.indexOf(each) >= 0; });
    });
  };

  /** {heading, parts: [{text, marked}]} of the best place for the wanted texts, which stand in order of weight. */
  kb.excerpt = function (entry, wanted) {
    var sections = entry.sections.map(function (section) {
      return { heading: section[0], body: folded(section[1]) };
    });
    var words = withPairs(sections, wanted);
    var best = null;
    sections.forEach(function (section) {
      words.forEach(function (word, rank) {
        var at = section.body.text.indexOf(word);
        for (var tries = 0; at >= 0 && tries < 20; tries++, at = section.body.text.indexOf(word, at + 1)) {
          var value = worth(section.body.text, at, words) - 0.01 * rank;
          if (!best || value > best.value) best = { section: section, at: at, value: value };
        }
      });
    });
    if (!best) {
      var lead = sections.length ? sections[0].body.source : '';
      return { heading: '', parts: [{ text: cut(lead, 0, LENGTH), marked: false }] };
    }
    var body = best.section.body;
    var from = Math.max(0, body.places[best.at] - BEFORE);
    if (from) {
      // begin behind a full stop if one is near
      var stop = body.source.slice(from, body.places[best.at]).search(/[。；\n][^。；\n]*$/);
      if (stop >= 0) from += stop + 1;
    }
    return { heading: best.section.heading, parts: marked(body, from, Math.min(body.source.length, from + LENGTH), words) };
  };

  /* How many different words stand near this place, long ones first. */
  function worth(text, at, words) {
    var near = text.substr(at, LENGTH - BEFORE);
    return words.reduce(function (sum, word) { return sum + (near.indexOf(word) >= 0 ? word.length : 0); }, 0);
  }

  /* Words that stand nowhere as a whole give way to their pairs. */
  function withPairs(sections, wanted) {
    var out = wanted.filter(function (word) {
      return sections.some(function (section) { return section.body.text.indexOf(word) >= 0; });
    });
    if (out.length) return out;
    var pairs = new Set();
    wanted.forEach(function (word) {
      for (var i = 0; i + 1 < word.length; i++) pairs.add(word.substr(i, 2));
    });
    return Array.from(pairs);
  }

  function cut(text, from, to) {
    return (from ? '…' : '') + text.slice(from, to) + (to < text.length ? '…' : '');
  }

  function marked(body, from, to, words) {
    return spans(body.source, body, words, from, to);
  }

  function spans(source, body, words, from, to) {
    var marks = [];
    words.forEach(function (word) {
      for (var at = body.text.indexOf(word); at >= 0; at = body.text.indexOf(word, at + word.length)) {
        var start = body.places[at];
        var end = body.places[at + word.length - 1] + 1;
        if (start >= from && end <= to) marks.push([start, end]);
      }
    });
    marks.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
    var parts = [];
    var at = from;
    if (from) parts.push({ text: '…', marked: false });
    marks.forEach(function (mark) {
      if (mark[1] <= at) return;
      if (mark[0] > at) parts.push({ text: source.slice(at, mark[0]), marked: false });
      parts.push({ text: source.slice(Math.max(at, mark[0]), mark[1]), marked: true });
      at = mark[1];
    });
    if (at < to) parts.push({ text: source.slice(at, to), marked: false });
    if (to < source.length) parts.push({ text: '…', marked: false });
    return parts;
  }

  /** A title as parts, with the wanted texts marked. */
  kb.markTitle = function (title, wanted) {
    return spans(title, folded(title), wanted, 0, title.length);
  };
})(self.kbSearch = self.kbSearch || {});
