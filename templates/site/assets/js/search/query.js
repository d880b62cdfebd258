/* From what is typed to what is looked for. */
(function (kb) {
  'use strict';

  /* Field words and the facets they narrow. */
  var FIELDS = {
    类型: 'type', 主题: 'topic', 机关: 'organ', 职能: 'function', 层级: 'level',
    责任主体: 'role', 角色: 'role', 地区: 'place', 年份: 'year',
  };
  var MOST_CLAUSES = 8;
  var LONGEST = 200;
  var TOKEN = /([-－])?(?:([\u4e00-\u9fff]{2,4})[:：])?(?:["“”＂]([^"“”＂]+)["“”＂](?=\s|$)|(\S+))/g;

  kb.fields = FIELDS;

  /** Facet key → its label. */
  kb.labelOf = function (key) {
    return Object.keys(FIELDS).filter(function (label) { return FIELDS[label] === key; })[0] || key;
  };

  /**
   * {clauses: [{text, exact, letters}], without: [text], fields: [{key, value}]}
   * Texts are folded. A clause is exact in quotes; `letters` may be pinyin.
   */
  kb.parse = function (query) {
    var parsed = { clauses: [], without: [], fields: [] };
    var text = query.slice(0, LONGEST).replace(/\u3000/g, ' ');
    var letters = '';
    TOKEN.lastIndex = 0;
    for (var found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
      var key = found[2] && FIELDS[found[2]];
      var word = found[3] || found[4];
      if (found[2] && !key) word = found[2] + ':' + word;
      if (key) {
        var value = kb.flat(word);
        if (value) parsed.fields.push({ key: key, value: value, without: !!found[1] });
      } else if (found[1] && kb.flat(word)) {
        parsed.without.push(kb.flat(word));
      } else if (!found[3] && /^[a-z']+$/.test(kb.flat(word))) {
        // zuzhi shh is one name in two bites
        letters += kb.flat(word);
      } else {
        kb.normalise(word).split('\n').forEach(function (piece) {
          if (piece) clause(parsed, piece, !!found[3]);
        });
      }
    }
    if (letters) clause(parsed, letters, false);
    return parsed;
  };

  function clause(parsed, text, exact) {
    var known = parsed.clauses.some(function (each) { return each.text === text; });
    if (known || parsed.clauses.length >= MOST_CLAUSES) return;
    parsed.clauses.push({ text: text, exact: exact, letters: !exact && text.length > 1 && /[a-z]/.test(text) });
  }

  /* ---- questions as people ask them */

  var ASKING = new RegExp(
    '请问|什么时候|多长时间|为什么|怎么样|怎么办|怎么|怎样|如何|什么是|什么叫|什么|为何|何为|何时|多久|多少|几次|几个|几天|几年|几月|' +
      '哪些|哪个|哪里|哪儿|哪几|哪种|哪|谁来|谁|是否|能否|可否|是不是|能不能|可不可以|要不要|该不该|有没有|吗|呢|咋样|咋|啥', 'g');
  var FILLING = new RegExp(
    '应该|应当|需要|必须|可以|可不|一般|通常|到底|究竟|关于|对于|之间|我们|大家|单位|咱们|一下|有关|包括|包含|分为|开一次|一次|开好|做好|抓好|' +
      '的|了|是|在|与|和|及|或|由|把|将|被|对|有|要|该|得|去|来|给|让|算|才|都|也|就|开|做|办|写|搞|用|叫|指', 'g');
  var SOFT = /^(落实|开展|召开|组织|进行|实施|要求|流程|步骤|内容|意思|含义|定义|作用|意义|规定|区别|不同|关系|做法|办法|办理|制度|工作|程序|方法|条件|注意|事项|情况|主要|具体|负责|参加|时间|次数|范围|标准|问题|建设|推进|机关|干部)+$/;

  /** Whether the folded text asks something. */
  kb.asks = function (text) {
    ASKING.lastIndex = 0;
    return text.length > 3 && ASKING.test(text);
  };

  /**
   * A text that stands nowhere as a whole → the pieces worth looking for: [{text, weight}]. Names of entries weigh most,
   * parts of names next, other words less, words that any entry may use least.
   */
  kb.pieces = function (text) {
    var out = [];
    text.replace(ASKING, '\n').split('\n').forEach(function (part) {
      var rest = '';
      for (var i = 0; i < part.length; ) {
        var size = nameIn(part, i);
        if (size) {
          leftover(rest, out);
          rest = '';
          var piece = part.substr(i, size);
          out.push({ text: piece, weight: SOFT.test(piece) ? 0.15 : kb.isName(piece) ? 1 : 0.8, named: !SOFT.test(piece) });
          i += size;
        } else {
          rest += part[i++];
        }
      }
      leftover(rest, out);
    });
    return out;
  };

  /* Length of the longest name, or part of a name, that begins here. */
  function nameIn(text, from) {
    var part = 0;
    for (var size = Math.min(16, text.length - from); size > 1; size--) {
      var piece = text.substr(from, size);
      if (kb.isName(piece)) return size;
      if (!part && size > 2 && holds(piece)) part = size;
    }
    return part;
  }

  function holds(piece) {
    var found = false;
    kb.eachNameWith(piece, function () { found = true; });
    return found;
  }

  function leftover(text, out) {
    text.replace(FILLING, '\n').split('\n').forEach(function (word) {
      if (word.length > 1) out.push({ text: word, weight: SOFT.test(word) ? 0.1 : 0.4, named: false });
    });
  }
})(self.kbSearch = self.kbSearch || {});
