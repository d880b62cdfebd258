/* What is loaded of the index, and the loading of it.
   Every file is a script that calls back with its content: the one way that works under a strict policy over http and
   from a shared drive alike. A numbered file carries the mark that the start file lists for it; one that is missing or
   carries another means that the site has been renewed since this page was opened. See docs/search-index.md. */
(function (kb) {
  'use strict';

  var FACTOR = { p: 0x9e3779b1, u: 0x9e37 };
  var WIDTH = { p: 32, u: 16 };
  var EMPTY = '....';
  var MOST_SHARDS = 400;
  var MOST_TEXTS = 400;
  var start = null;
  var starting = null;
  var waiting = new Map();
  var shards = { p: new Map(), u: new Map() };
  var neighbours = new Map();
  var texts = new Map();
  var soundsReady = null;
  var changed = new Set(); // files that came from another build

  kb.stat = { files: 0 };

  function need(path) {
    var found = waiting.get(path);
    if (!found) {
      kb.stat.files++;
      found = kb
        .load(path)
        .then(function () {
          if (changed.has(path)) throw new Error('changed: ' + path);
        })
        .catch(function (error) {
          waiting.delete(path);
          throw error;
        });
      waiting.set(path, found);
    }
    return found;
  }

  /* ---- calls from the files */

  kb.begin = function (content) {
    start = content;
  };
  kb.shard = function (family, number, mark, heads, posts, places) {
    if (!fits(family, number, mark)) return;
    shards[family].set(number, new kb.Shard(heads, posts, places, number * Math.pow(2, WIDTH[family] - start.bits[family])));
  };
  kb.neighbours = function (number, mark, rows) {
    if (!fits('l', number, mark)) return;
    var table = new Map();
    rows.split(' ').forEach(function (row) {
      table.set(row[0], row.slice(1).split(',').map(ranks));
    });
    neighbours.set(number, table);
  };
  kb.text = function (slot, head, sections) {
    texts.set(slot, { slot: slot, id: head[0], url: head[1], title: head[2], sections: sections });
  };

  /** Whether a numbered file is the one that the start file means. */
  function fits(folder, number, mark) {
    if (mark === markOf(folder, number)) return true;
    changed.add(pathOf(folder, number));
    return false;
  }
  kb.fits = fits;

  /* "6议届5次" → {议: 6, 届: 6, 次: 5} */
  function ranks(text) {
    var out = new Map();
    var level = 0;
    for (var i = 0; i < text.length; i++) {
      if (text[i] >= '0' && text[i] <= '9') level = +text[i];
      else out.set(text[i], level);
    }
    return out;
  }

  /* ---- what the others ask for */

  /** Everything a first search needs beyond the start file: names and tables. */
  kb.ready = function () {
    if (!starting) {
      var files = [need(start.tables)];
      eachOf('n', function (path) { files.push(need(path)); });
      starting = Promise.all(files).then(
        function () { kb.openNames(start); },
        function (error) {
          starting = null;
          throw error;
        }
      );
    }
    return starting;
  };

  /** How characters sound and what they look like, and the modules that work from it: only pinyin and words that are
      hardly found need them. */
  kb.needSounds = function () {
    if (!soundsReady) {
      soundsReady = need(start.sounds).catch(function (error) {
        soundsReady = null;
        throw error;
      });
    }
    return soundsReady;
  };
  kb.soundsHere = function () {
    return !!kb.sounds;
  };

  function eachOf(folder, visit) {
    for (var i = 0; i * 4 < start.marks[folder].length; i++) {
      if (pathOf(folder, i)) visit(pathOf(folder, i));
    }
  }

  function markOf(folder, number) {
    return start.marks[folder].substr(number * 4, 4);
  }

  /* The mark behind the name keeps caches from answering with what was there before. */
  function pathOf(folder, number) {
    var mark = markOf(folder, number);
    return mark && mark !== EMPTY ? 'search/' + folder + '/' + number + '.js?' + mark : '';
  }

  function home(term) {
    var family = term.length === 1 ? 'u' : 'p';
    var code = family === 'u' ? term.charCodeAt(0) : (term.charCodeAt(0) << 16) | term.charCodeAt(1);
    var hash = Math.imul(code, FACTOR[family]) >>> 0;
    if (family === 'u') hash &= 0xffff;
    return { family: family, hash: hash, number: Math.floor(hash / Math.pow(2, WIDTH[family] - start.bits[family])) };
  }

  /** Load the shards of terms (pairs or single characters). */
  kb.needTerms = function (terms) {
    var files = new Set();
    terms.forEach(function (term) {
      var at = home(term);
      if (!shards[at.family].has(at.number)) files.add(pathOf(at.family, at.number));
    });
    files.delete('');
    return Promise.all(Array.from(files, need));
  };

  /** The posting list of a term whose shard is loaded; an empty one otherwise. */
  kb.postings = function (term) {
    var at = home(term);
    var shard = shards[at.family].get(at.number);
    return (shard && shard.find(at.hash)) || kb.noPostings;
  };

  /** Load which characters stand beside these ones. */
  kb.needNeighbours = function (chars) {
    var files = new Set();
    chars.forEach(function (char) {
      var number = char.charCodeAt(0) % 64;
      if (!neighbours.has(number)) files.add(pathOf('l', number));
    });
    files.delete('');
    return Promise.all(Array.from(files, need));
  };

  /** Commonness by neighbour, on one side of a character: 0 right, 1 left. */
  kb.beside = function (char, side) {
    var table = char && neighbours.get(char.charCodeAt(0) % 64);
    var row = table && table.get(char);
    return (row && row[side]) || new Map();
  };

  /** Load the texts of entries. */
  kb.needTexts = function (slots) {
    return Promise.all(
      slots
        .filter(function (slot) {
          return !texts.has(slot);
        })
        .map(function (slot) {
          return need('search/t/' + (slot >> 10) + '/' + slot + '.js?' + start.build);
        })
    );
  };

  /** Text of an entry, once loaded. A text of another build may stand under the same number: the title tells. */
  kb.textOf = function (slot) {
    var text = texts.get(slot);
    if (text && kb.oneLine(text.title) !== kb.titleOf(slot)) throw new Error('changed: ' + slot);
    return text;
  };

  kb.oneLine = function (text) {
    return text.replace(/\|/g, '｜').trim().split(/\s+/).join(' ');
  };

  /** Forget what queries loaded. */
  kb.forget = function () {
    Array.from(waiting.keys()).forEach(function (path) {
      if (/^search\/[pult]\//.test(path)) waiting.delete(path);
    });
    shards.p.clear();
    shards.u.clear();
    neighbours.clear();
    texts.clear();
  };

  /** Forget it once it is much; the browser's own cache still has the files. */
  kb.trim = function () {
    if (shards.p.size + shards.u.size > MOST_SHARDS || texts.size > MOST_TEXTS) kb.forget();
  };
})(self.kbSearch = self.kbSearch || {});
