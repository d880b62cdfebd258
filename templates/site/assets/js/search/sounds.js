/* How characters sound and what they look like: names typed in pinyin, misheard, misread or shortened. */
(function (kb) {
  'use strict';

  var syllables = []; // number → letters
  var first = null; // UTF-16 unit → number of its first reading, 0 if unknown
  var second = null;
  var blurred = []; // number → number of the syllable it is often taken for
  var initials = null; // UTF-16 unit → bit set of the letters its readings begin with
  var looks = new Map(); // character → string of characters that look like it
  var bySyllable = null;
  var BLUR = [[/^zh/, 'z'], [/^ch/, 'c'], [/^sh/, 's'], [/^n(?=[aeiouv])/, 'l'], [/ng$/, 'n']];

  kb.sounds = function (table, lookalikes) {
    syllables = [''].concat(table.syllables.split(' '));
    first = new Uint16Array(0x10000);
    second = new Uint16Array(0x10000);
    initials = new Int32Array(0x10000);
    var gaps = kb.unpack(table.gaps);
    var one = kb.unpack(table.first);
    var two = kb.unpack(table.second);
    var code = 0;
    for (var i = 0; i < gaps.length; i++) {
      code += gaps[i];
      first[code] = one[i];
      second[code] = two[i];
      initials[code] = bit(syllables[one[i]][0]) | (two[i] ? bit(syllables[two[i]][0]) : 0);
    }
    for (var letter = 97; letter < 123; letter++) initials[letter] = 1 << (letter - 97);
    var known = new Map();
    blurred = syllables.map(function (syllable, number) {
      BLUR.forEach(function (rule) {
        syllable = syllable.replace(rule[0], rule[1]);
      });
      if (!known.has(syllable)) known.set(syllable, number);
      return known.get(syllable);
    });
    lookalikes.split(' ').forEach(function (group) {
      Array.from(group).forEach(function (char) {
        looks.set(char, (looks.get(char) || '') + group.replace(char, ''));
      });
    });
  };

  function bit(letter) {
    return 1 << (letter.charCodeAt(0) - 97);
  }

  /** How easily one character is taken for another: 1 the same … 0 never. */
  kb.alike = function (a, b) {
    if (a === b) return 1;
    var x = a.charCodeAt(0);
    var y = b.charCodeAt(0);
    if (first[x] && first[y]) {
      if (first[x] === first[y]) return 0.92;
      if ((second[y] && first[x] === second[y]) || (second[x] && (second[x] === first[y] || second[x] === second[y]))) return 0.88;
      if (blurred[first[x]] === blurred[first[y]]) return 0.8;
    }
    if ((looks.get(a) || '').indexOf(b) >= 0) return 0.84;
    return 0;
  };

  /** Characters that are taken for this one, for the sound or the look. */
  kb.mistakable = function (char) {
    if (!bySyllable) index();
    var code = char.charCodeAt(0);
    var out = new Set(looks.get(char) || '');
    [first[code], second[code]].forEach(function (number) {
      if (number) (bySyllable.get(blurred[number]) || []).forEach(function (other) { out.add(other); });
    });
    out.delete(char);
    return out;
  };

  function index() {
    bySyllable = new Map();
    for (var code = 0x4e00; code < 0xa000; code++) {
      [first[code], second[code]].forEach(function (number) {
        if (!number) return;
        var key = blurred[number];
        var list = bySyllable.get(key);
        if (list) list.push(String.fromCharCode(code));
        else bySyllable.set(key, [String.fromCharCode(code)]);
      });
    }
  }

  /* ---- pinyin */

  /** Names that the letters spell: whole syllables, first letters, or both mixed, from any character of the name on.
      Characters among the letters stand for themselves (三会yk). → [{name, score 0-1}] best first. */
  kb.spelled = function (query) {
    var found = [];
    var all = kb.allNames();
    var want = /[a-z]/.test(query[0]) ? bit(query[0]) : 0;
    for (var n = 0; n < all.length; n++) {
      var text = all[n].text;
      var best = 0;
      for (var from = 0; from < text.length; from++) {
        if (want ? !(initials[text.charCodeAt(from)] & want) : text[from] !== query[0]) continue;
        var end = spell(text, from, query, 0);
        if (!end) continue;
        var score = (from ? 0.4 : 0.6) + (0.4 * (end - from)) / text.length - (all[n].alias ? 0.02 : 0);
        if (score > best) best = score;
        if (!from) break;
      }
      if (best) found.push({ name: all[n], score: best });
    }
    return found.sort(function (a, b) {
      return b.score - a.score;
    });
  };

  /* Index behind the last character spelled, or 0. */
  function spell(text, at, query, from) {
    if (from === query.length) return at;
    if (at >= text.length) return 0;
    if (text[at] === query[from]) {
      var same = spell(text, at + 1, query, from + 1);
      if (same) return same;
    }
    var code = text.charCodeAt(at);
    return reading(first[code], text, at, query, from) || (second[code] && reading(second[code], text, at, query, from)) || 0;
  }

  function reading(number, text, at, query, from) {
    var syllable = syllables[number];
    if (!syllable || syllable[0] !== query[from]) return 0;
    var end = 0;
    if (query.startsWith(syllable, from)) end = spell(text, at + 1, query, from + syllable.length);
    if (!end && query.length - from < syllable.length && syllable.startsWith(query.slice(from))) end = at + 1;
    if (!end && syllable[1] === 'h' && query[from + 1] === 'h') end = spell(text, at + 1, query, from + 2);
    return end || spell(text, at + 1, query, from + 1);
  }

  /* ---- names nearly right */

  var DROPPED = 0.5; // a character of the name is left out
  var SURPLUS = 0.9; // a character too many
  var SWAPPED = 0.6; // two neighbours the wrong way round
  var WRONG = 1;
  var MOST_NEAR = 4;
  var CLOSE = 0.08; // behind the best by more than this is not meant

  /** Names of which the folded text is a slip or a shortened form → [{text, name, score 0-1}] best first; `text` is the
      part of the name that is meant. */
  kb.nearNames = function (text) {
    var n = text.length;
    if (n < 2 || n > 24) return [];
    var allowed = n < 3 ? 0.25 : n < 4 ? 0.7 : n < 7 ? 1.1 : 1.6;
    var like = new Uint32Array(0x10000);
    for (var i = 0; i < n; i++) {
      like[text.charCodeAt(i)] |= 1 << i;
      kb.mistakable(text[i]).forEach(function (char) {
        like[char.charCodeAt(0)] |= 1 << i;
      });
    }
    var least = n - Math.floor(allowed);
    var found = [];
    kb.allNames().forEach(function (name) {
      var got = 0;
      for (var i = 0; i < name.text.length; i++) got |= like[name.text.charCodeAt(i)];
      if (bits(got) < least) return;
      var near = nearest(text, name.text, allowed);
      var short = n > 2 ? shortened(text, name.text) : 0;
      if (near && near.from + n === near.to && name.text.substr(near.from, n) === text) return; // holds it as typed
      if (near && near.score >= short) found.push({ text: name.text.slice(near.from, near.to), name: name, score: near.score });
      else if (short) found.push({ text: name.text, name: name, score: short });
    });
    found.sort(function (a, b) {
      return b.score - a.score;
    });
    var seen = new Set();
    return found
      .filter(function (each) {
        return each.score > found[0].score - CLOSE && !seen.has(each.text) && seen.add(each.text);
      })
      .slice(0, MOST_NEAR);
  };

  function bits(set) {
    var n = 0;
    for (; set; set &= set - 1) n++;
    return n;
  }

  /* Cheapest way to read the text somewhere in the name; null if dearer than allowed. */
  function nearest(text, name, allowed) {
    var n = text.length;
    var width = name.length + 1;
    var cost = new Float32Array((n + 1) * width);
    var begin = new Int16Array((n + 1) * width);
    for (var j = 0; j < width; j++) begin[j] = j;
    for (var i = 1; i <= n; i++) {
      cost[i * width] = i * SURPLUS;
      for (j = 1; j < width; j++) {
        var here = i * width + j;
        var sim = kb.alike(text[i - 1], name[j - 1]);
        var best = cost[here - width - 1] + (sim ? 1.25 * (1 - sim) : WRONG);
        var from = begin[here - width - 1];
        if (cost[here - width] + SURPLUS < best) {
          best = cost[here - width] + SURPLUS;
          from = begin[here - width];
        }
        if (i < n && cost[here - 1] + DROPPED < best) {
          best = cost[here - 1] + DROPPED;
          from = begin[here - 1];
        }
        if (i > 1 && j > 1 && text[i - 1] === name[j - 2] && text[i - 2] === name[j - 1] && cost[here - 2 * width - 2] + SWAPPED < best) {
          best = cost[here - 2 * width - 2] + SWAPPED;
          from = begin[here - 2 * width - 2];
        }
        cost[here] = best;
        begin[here] = from;
      }
    }
    var end = 0;
    for (j = 1; j < width; j++) if (!end || cost[n * width + j] < cost[n * width + end]) end = j;
    var paid = cost[n * width + end];
    if (!end || paid > allowed) return null;
    var start = begin[n * width + end];
    var whole = start === 0 && end === name.length;
    return { from: start, to: end, score: 1 - (paid / n) * 0.9 - (whole ? 0 : 0.06) };
  }

  /* The text's characters in order within the name, mostly in runs: 支部大会 for 支部党员大会. */
  function shortened(text, name) {
    if (name.length > 2.5 * text.length || name.length <= text.length) return 0;
    var at = -1;
    var runs = 0;
    for (var i = 0; i < text.length; i++) {
      var next = name.indexOf(text[i], at + 1);
      if (next < 0) return 0;
      if (next !== at + 1 || i === 0) runs++;
      at = next;
    }
    if (runs > text.length / 2 + 1) return 0;
    // what is left out stands inside: beginning and end are the name's own
    var ends = text[0] === name[0] && text[text.length - 1] === name[name.length - 1];
    return 0.74 + (0.25 * text.length) / name.length - 0.03 * runs + (ends ? 0.06 : 0);
  }

  /** Names that hold most of the text's pairs, in whatever order → [{name, score 0-1}]. */
  kb.coveringNames = function (text, least) {
    var pairs = new Set();
    for (var i = 0; i + 1 < text.length; i++) pairs.add(text.substr(i, 2));
    var held = new Map();
    pairs.forEach(function (pair) {
      kb.eachNameWith(pair, function (name) {
        held.set(name, (held.get(name) || 0) + 1);
      });
    });
    var out = [];
    held.forEach(function (count, name) {
      if (count >= least * pairs.size) out.push({ name: name, score: (count / pairs.size) * (0.8 + (0.2 * text.length) / Math.max(text.length, name.text.length)) });
    });
    return out;
  };
})(self.kbSearch = self.kbSearch || {});
