/* The one search script that every page loads: it opens the panel and fetches the rest when it is first wanted.
   Without it the box in the header is a link to the browse page. */
(function (kb) {
  'use strict';

  var root = document.querySelector('meta[name="kb-root"]');
  var opening = null;
  var names = null; // of the scripts and of the start file, as boot.js tells

  kb.root = (root ? root.content : '').replace(/^\.\/?$/, '');
  if (kb.root && kb.root.slice(-1) !== '/') kb.root += '/';

  /** Load a script below the site root. `inOrder`: not before those asked for earlier. */
  kb.load = function (path, inOrder) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement('script');
      script.src = kb.root + path;
      script.charset = 'utf-8';
      if (inOrder) script.async = false;
      script.onload = function () {
        script.remove();
        resolve();
      };
      script.onerror = function () {
        script.remove();
        reject(new Error('missing: ' + path));
      };
      document.head.appendChild(script);
    });
  };

  kb.boot = function (core, start, page) {
    names = { core: core, start: start, page: page };
  };

  /** Fetch the search script and the start of the index: a promise. */
  kb.open = function () {
    if (!opening) {
      // the question mark keeps a browser from answering out of its cache after the site was renewed
      opening = kb
        .load('search/boot.js?' + Date.now().toString(36))
        .then(function () {
          return Promise.all([kb.load(names.core, true), kb.load(names.start, true)]);
        })
        .catch(function (error) {
          opening = null;
          throw error;
        });
    }
    return opening;
  };

  function openPanel(event) {
    event.preventDefault();
    kb.open().then(
      function () { kb.openPanel(); },
      function () { location.href = kb.root + 'browse.html'; }
    );
  }

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  document.addEventListener('click', function (event) {
    var opener = event.target.closest && event.target.closest('[data-kb-search-open]');
    if (opener && !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey) openPanel(event);
  });
  document.addEventListener('keydown', function (event) {
    if (event.isComposing || event.defaultPrevented) return;
    var slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    var chord = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k';
    if (slash || chord) openPanel(event);
  });

  function arrive() {
    var page = document.querySelector('[data-kb-search-page]');
    if (!page) return;
    page.hidden = false;
    kb.open().then(function () { return kb.load(names.page); }).then(
      function () { kb.openPage(page); },
      function () { page.querySelector('[data-kb-status]').textContent = '检索文件没有装载成功，请刷新本页，或到“筛选”页查找。'; }
    );
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', arrive);
  else arrive();
})(self.kbSearch = self.kbSearch || {});
