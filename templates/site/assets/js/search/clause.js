/* A clause of a query under work: what else it may be called, and how all entries answer it. */
(function (kb) {
  'use strict';

  var MOST_VARIANTS = 6;
  var MOST_LOOKED_UP = 2; // synonyms
  var LETTER_NAMES = 300;

  /** Lists → one list. */
  kb.flatten = function (lists) {
    return [].concat.apply([], lists);
  };

  /** All texts a clause may be called by. */
  kb.textsOf = function (clause) {
    return clause.variants.map(function (variant) { return variant.text; });
  };

  /** What is looked up in the texts: of many synonyms the first ones, the others serve for names only. */
  kb.lookedUp = function (clause) {
    return kb.textsOf({ variants: clause.variants.filter(function (variant) { return !variant.nameOnly; }) });
  };

  /** Give a clause its first variants: itself, names it spells in pinyin, synonyms. `read` notes what it is taken for. */
  kb.prepare = function (clause, read) {
    clause.variants = [{ text: clause.text, weight: 1 }];
    if (clause.exact) return;
    if (clause.letters) {
      clause.spelled = kb.spelled(clause.text).slice(0, LETTER_NAMES);
      clause.spelled.slice(0, 2).forEach(function (each, i) {
        if (each.score > (i ? 0.95 : 0.85) && each.name.text !== clause.text) {
          kb.vary(clause, each.name.text, 0.8);
          kb.note(read, each.name.text);
        }
      });
    }
    kb.addSynonyms(clause);
  };

  /** Add the synonyms of a clause. */
  kb.addSynonyms = function (clause) {
    // who typed the very name of an entry has it already
    var most = kb.namesEqual(clause.text).some(function (name) { return !name.alias; }) ? 0 : MOST_LOOKED_UP;
    kb.synonyms(clause.text).forEach(function (other, i) {
      kb.vary(clause, other.text, other.weight);
      var added = clause.variants[clause.variants.length - 1];
      if (i >= most && added.text === other.text) added.nameOnly = true;
    });
  };

  /** Add one text the clause may be called by; `whole`: looked up by all of its pairs. */
  kb.vary = function (clause, text, weight, whole) {
    if (clause.variants.length >= MOST_VARIANTS) return;
    if (clause.variants.some(function (variant) { return variant.text === text; })) return;
    clause.variants.push({ text: text, weight: weight, whole: whole });
  };

  /** Remember a word that is taken for what was typed. */
  kb.note = function (read, text) {
    if (read.indexOf(text) < 0) read.push(text);
  };

  /** Score all entries for a clause whose shards are loaded: `score`, and how many `texts` and `names` hold it as typed. */
  kb.rankClause = function (clause) {
    var ranked = kb.rank(clause.variants);
    clause.score = ranked.score;
    clause.texts = ranked.texts;
    clause.names = ranked.names;
    (clause.spelled || []).forEach(function (each) {
      raise(clause, each.name.slot, (each.score > 0.97 ? 0.97 : 0.3 + 0.5 * each.score) * kb.TITLE);
    });
    (clause.covering || []).forEach(function (each) { raise(clause, each.name.slot, 0.6 * each.score * kb.TITLE); });
  };

  function raise(clause, slot, score) {
    if (score > clause.score[slot]) clause.score[slot] = score + 0.1 * clause.score[slot];
  }
})(self.kbSearch = self.kbSearch || {});
