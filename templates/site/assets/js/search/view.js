/* Pieces of the page that the panel and the results page share. Text goes in as text, never as HTML. */
(function (kb) {
  'use strict';

  /** The facets in the order they are shown. */
  kb.FACETS = ['type', 'topic', 'level', 'place', 'year', 'organ', 'function', 'role'];

  /** An element with a class and children (nodes or strings). */
  kb.element = function (tag, name, children) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    (children || []).forEach(function (child) {
      node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return node;
  };

  /** Parts with the wanted words in <mark>. */
  kb.parts = function (parts) {
    return parts.map(function (part) {
      var text = part.text.replace(/\s*\n\s*/g, ' ');
      return part.marked ? kb.element('mark', '', [text]) : document.createTextNode(text);
    });
  };

  /** What an entry is, in a line: type, topic, place, year. */
  kb.facts = function (slot) {
    return ['type', 'topic', 'place', 'year']
      .map(function (key) {
        var facet = kb.facets[key];
        return ((facet && facet.of[slot]) || []).slice(0, 2).map(function (value) { return facet.values[value]; }).join('、');
      })
      .filter(Boolean)
      .join(' · ');
  };

  /** The excerpt of a hit with the heading it stands under. */
  kb.passage = function (hit) {
    var heading = hit.excerpt.heading ? [kb.element('span', 'kb-hit__under', [hit.excerpt.heading])] : [];
    return heading.concat(kb.parts(hit.excerpt.parts));
  };

  /** A line that says how the words were read, or null. */
  kb.readAs = function (read) {
    return read.length ? '也按“' + read.slice(0, 3).join('”“') + '”查找' : '';
  };

  /** Address of the results page for a query. */
  kb.pageOf = function (query) {
    return kb.root + 'search.html?q=' + encodeURIComponent(query);
  };

  /** What to say when a file is missing. */
  kb.failure = function (error) {
    return /^(missing|changed)/.test(error.message) ? '站点已更新，请刷新本页后再搜。' : '';
  };

  /** Names near to a query that found nothing: [title]. */
  kb.nearest = function (query) {
    var seen = new Set();
    kb.parse(query).clauses.forEach(function (clause) {
      kb.nearNames(clause.text).forEach(function (near) { seen.add(kb.titleOf(near.name.slot)); });
      kb.coveringNames(clause.text, 0.3)
        .sort(function (a, b) { return b.score - a.score; })
        .slice(0, 5)
        .forEach(function (each) { seen.add(kb.titleOf(each.name.slot)); });
    });
    return Array.from(seen).slice(0, 5);
  };
})(self.kbSearch = self.kbSearch || {});
