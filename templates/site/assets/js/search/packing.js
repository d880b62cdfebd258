/* Numbers out of text: the way back from scripts/kb/search/packing.py. */
(function (kb) {
  'use strict';

  var ONE_BYTE = 92;
  var ESCAPE = ONE_BYTE + (0x7ff - 0xa0) - 1;
  var DIRECT = 0xb000;
  var LOW_BITS = 12;
  var back = new Int32Array(0x10000);
  var number = 0;
  var code;

  for (code = 0x20; number < ONE_BYTE; code++) {
    if (code !== 0x22 && code !== 0x5c) back[code] = number++;
  }
  for (code = 0xa1; number < DIRECT; code++) back[code] = number++;
  // what lies behind carries the high part of a large number
  for (number = -1; code < 0xd800; code++) back[code] = number--;

  /** Text → Int32Array of the numbers it stands for. */
  function unpack(text) {
    var out = new Int32Array(text.length);
    var count = 0;
    for (var i = 0; i < text.length; i++) {
      var value = back[text.charCodeAt(i)];
      if (value < 0) value = ((-1 - value) << LOW_BITS) + back[text.charCodeAt(++i)];
      out[count++] = value;
    }
    return out.subarray(0, count);
  }

  /** Names in short codes → plain text. */
  function lengthen(text, alphabet) {
    var out = '';
    for (var i = 0; i < text.length; i++) {
      var code = text.charCodeAt(i);
      if (code >= 0x800) out += text[i];
      else if (back[code] === ESCAPE) out += text[++i];
      else out += alphabet[back[code]];
    }
    return out;
  }

  kb.unpack = unpack;
  kb.lengthen = lengthen;
})(self.kbSearch = self.kbSearch || {});
