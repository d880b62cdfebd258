/* Posting lists: reading a shard, and finding the entries that hold a phrase. */
(function (kb) {
  'use strict';

  // Long phrases are looked up by every other pair and so on: each pair is a file to load, the places keep the rest
  // honest, and what is shown is compared verbatim.
  var MOST_PAIRS = 8;
  var bitsByRank = ranked();

  /* Places are numbered so that few bits come first, as in shards.py. */
  function ranked() {
    var all = [];
    for (var bits = 1; bits < 256; bits++) all.push(bits);
    return Uint8Array.from(
      all.sort(function (a, b) {
        return count(a) - count(b) || a - b;
      })
    );
  }
  function count(bits) {
    var n = 0;
    for (; bits; bits &= bits - 1) n++;
    return n;
  }

  /** One file of posting lists. */
  kb.Shard = function (heads, posts, places, base) {
    var head = kb.unpack(heads);
    var terms = head.length >> 1;
    this.hashes = new Float64Array(terms);
    this.starts = new Int32Array(terms + 1);
    for (var i = 0; i < terms; i++) {
      base += head[2 * i + 1];
      this.hashes[i] = base;
      this.starts[i + 1] = this.starts[i] + head[2 * i];
    }
    this.posts = kb.unpack(posts);
    this.places = places === undefined ? null : bitsOf(kb.unpack(places));
    this.lists = new Map();
  };

  function bitsOf(ranks) {
    return Uint8Array.from(ranks, function (rank) { return bitsByRank[rank]; });
  }

  /** The list of a term by its hash, or null. */
  kb.Shard.prototype.find = function (hash) {
    var low = 0;
    var high = this.hashes.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (this.hashes[middle] < hash) low = middle + 1;
      else high = middle;
    }
    if (this.hashes[low] !== hash) return null;
    var list = this.lists.get(low);
    if (!list) this.lists.set(low, (list = this.read(this.starts[low], this.starts[low + 1])));
    return list;
  };

  kb.Shard.prototype.read = function (from, to) {
    var size = to - from;
    var places = this.places ? this.places.subarray(from, to) : new Uint8Array(size).fill(255);
    var list = { count: size, ids: new Int32Array(size), strength: new Uint8Array(size), places: places };
    var id = -1;
    for (var i = 0; i < size; i++) {
      var value = this.posts[from + i];
      id += (value >> 2) + 1;
      list.ids[i] = id;
      list.strength[i] = value & 3;
    }
    return list;
  };

  kb.noPostings = { count: 0, ids: new Int32Array(0), strength: new Uint8Array(0), places: new Uint8Array(0) };

  /** All pairs of a text with their offsets, or the one character it is. */
  kb.pairsOf = function (text) {
    if (text.length === 1) return [{ term: text, at: 0 }];
    var terms = [];
    for (var i = 0; i + 1 < text.length; i++) terms.push({ term: text.substr(i, 2), at: i });
    return terms;
  };

  /** The pairs by which a phrase is looked up. */
  kb.termsOf = function (text) {
    var terms = kb.pairsOf(text);
    if (terms.length <= MOST_PAIRS) return terms;
    var step = Math.ceil(terms.length / MOST_PAIRS);
    return terms.filter(function (term, i) {
      return i % step === 0 || i === terms.length - 1;
    });
  };

  function turned(places, by) {
    by &= 7;
    return ((places >> by) | (places << (8 - by))) & 255;
  }

  /** Entries in which all these terms stand at their offsets from one another (modulo eight), from loaded shards. */
  kb.aligned = function (terms) {
    var lists = terms
      .map(function (each) {
        return { list: kb.postings(each.term), at: each.at };
      })
      .sort(function (a, b) {
        return a.list.count - b.list.count;
      });
    if (!lists.length || !lists[0].list.count) return kb.noPostings;
    if (lists.length === 1) return turnedList(lists[0].list, lists[0].at);
    var found = turnedList(lists[0].list, lists[0].at);
    for (var k = 1; k < lists.length && found.count; k++) found = meet(found, lists[k].list, lists[k].at);
    return found;
  };

  function turnedList(list, at) {
    if (!(at & 7)) return list;
    return {
      count: list.count,
      ids: list.ids,
      strength: list.strength,
      places: list.places.map(function (places) {
        return turned(places, at);
      }),
    };
  }

  function meet(a, b, at) {
    var size = Math.min(a.count, b.count);
    var out = { count: 0, ids: new Int32Array(size), strength: new Uint8Array(size), places: new Uint8Array(size) };
    var n = 0;
    for (var i = 0, j = 0; i < a.count && j < b.count; ) {
      if (a.ids[i] < b.ids[j]) i++;
      else if (a.ids[i] > b.ids[j]) j++;
      else {
        var places = a.places[i] & turned(b.places[j], at);
        if (places) {
          out.ids[n] = a.ids[i];
          out.strength[n] = Math.min(a.strength[i], b.strength[j]);
          out.places[n++] = places;
        }
        i++;
        j++;
      }
    }
    out.count = n;
    out.ids = out.ids.subarray(0, n);
    return out;
  }

  /** Entries that hold a phrase; `whole`: looked up by all of its pairs. */
  kb.phrase = function (text, whole) {
    return kb.aligned(whole ? kb.pairsOf(text) : kb.termsOf(text));
  };

  /** Load what `phrase` needs for these texts. */
  kb.needPhrases = function (texts) {
    var terms = [];
    texts.forEach(function (text) {
      kb.termsOf(text).forEach(function (each) {
        terms.push(each.term);
      });
    });
    return kb.needTerms(terms);
  };
})(self.kbSearch = self.kbSearch || {});
