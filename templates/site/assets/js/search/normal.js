/* Fold a text so that what differs only in writing becomes equal: the twin of scripts/kb/search/normalise.py. */
(function (kb) {
  'use strict';

  var DROP = 0;
  var MANY = 1;
  var BREAK = 10;
  var DIGITS = '〇零一二三四五六七八九';
  var RUN = /[〇零一二三四五六七八九]{2,}/g;
  var target = null; // UTF-16 unit → unit, DROP, BREAK or MANY
  var many = new Map();
  var alphabet = '';

  /** The committed tables arrive. */
  kb.tables = function (normal, letters) {
    var gaps = kb.unpack(normal.gaps);
    var code = 0;
    var i;
    target = new Uint16Array(0x10000);
    for (i = 0; i < 0x10000; i++) target[i] = i;
    for (i = 0; i < gaps.length; i++) {
      code += gaps[i];
      target[code] = normal.to.charCodeAt(i);
    }
    normal.many.forEach(function (entry) {
      target[entry.charCodeAt(0)] = MANY;
      many.set(entry[0], entry.slice(1));
    });
    for (i = 0; i < normal.drop.length; i++) target[normal.drop.charCodeAt(i)] = DROP;
    var breaks = kb.unpack(normal.breaks);
    code = 0;
    for (i = 0; i < breaks.length; i += 2) {
      code += breaks[i];
      for (var end = code + breaks[i + 1]; code < end; code++) target[code] = BREAK;
    }
    alphabet = letters;
  };

  /* 二〇二〇 and 二零二零 are numbers, 一九四九 is a year; 三五 and 一一 are words and stay. */
  function digits(run) {
    if (run.indexOf('〇') < 0 && !(run.length === 4 && /^(一九|二零)/.test(run))) return run;
    var out = '';
    for (var i = 0; i < run.length; i++) out += Math.max(0, DIGITS.indexOf(run[i]) - 1);
    return out;
  }

  /** Folded text, '\n' where words are kept apart. `places` receives the source index of every unit of the result. */
  kb.normalise = function (text, places) {
    var out = '';
    for (var i = 0; i < text.length; i++) {
      var to = target[text.charCodeAt(i)];
      if (to === DROP) continue;
      var piece = to === MANY ? many.get(text[i]) : String.fromCharCode(to);
      out += piece;
      if (places) for (var k = 0; k < piece.length; k++) places.push(i);
    }
    return out.replace(RUN, digits);
  };

  /** Folded text without breaks: how names are compared. */
  kb.flat = function (text) {
    return kb.normalise(text).replace(/\n/g, '');
  };

  /** Names in short codes → plain text. */
  kb.spell = function (text) {
    return kb.lengthen(text, alphabet);
  };
})(self.kbSearch = self.kbSearch || {});
