/* 工作件的小动作：日历标出本月、负面清单自查、要点草稿。只用 Chromium 78 认得的写法；什么也不上传。 */
(function () {
  'use strict';

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  function months() {
    var now = String(new Date().getMonth() + 1);
    each(document.querySelectorAll('[data-kw-months] [data-month]'), function (box) {
      if (box.getAttribute('data-month') === now) { box.classList.add('kw-month--now'); }
    });
  }

  /* 首页：只显示这个月该办的 */
  function due() {
    var month = String(new Date().getMonth() + 1);
    each(document.querySelectorAll('[data-kw-due] > [data-month]'), function (list) {
      list.hidden = list.getAttribute('data-month') !== month;
      if (!list.hidden) { document.getElementById('kb-due').textContent = month + '月该办'; }
    });
  }

  function kept(key) {
    try { return JSON.parse(window.localStorage.getItem(key) || '{}') || {}; } catch (fault) { return {}; }
  }

  function keep(key, value) {
    try { window.localStorage.setItem(key, JSON.stringify(value)); } catch (fault) { /* 不让存就只在本页有效 */ }
  }

  function forget(key) {
    try { window.localStorage.removeItem(key); } catch (fault) { /* 同上 */ }
  }

  /* 负面清单自查：每行“无、有、整改中”三格换成单选，旁边报数 */
  function selfcheck(box) {
    var key = 'kw-selfcheck-' + box.getAttribute('data-kw-selfcheck');
    var state = kept(key);
    var rows = box.querySelectorAll('tbody tr');
    var bar = document.createElement('div');
    bar.className = 'kw-selfbar';
    var told = document.createElement('p');
    told.setAttribute('role', 'status');
    var clear = document.createElement('button');
    clear.type = 'button';
    clear.textContent = '清空自查';
    bar.appendChild(told);
    bar.appendChild(clear);
    box.insertBefore(bar, box.firstChild);

    function tell() {
      var done = 0, bad = 0, mending = 0;
      each(rows, function (row) {
        var picked = row.querySelector('input:checked');
        if (!picked) { return; }
        done += 1;
        if (picked.value === '自查：有') { bad += 1; }
        if (picked.value === '整改中') { mending += 1; }
      });
      told.textContent = '共 ' + rows.length + ' 条，已自查 ' + done + ' 条，有 ' + bad + ' 条，整改中 ' + mending + ' 条。只存在这台电脑的浏览器里。';
    }

    each(rows, function (row, number) {
      each(row.querySelectorAll('td'), function (cell) {
        var label = cell.getAttribute('data-label');
        if (cell.textContent.trim() !== '□') { return; }
        var input = document.createElement('input');
        input.type = 'radio';
        input.className = 'kw-tick';
        input.name = key + '-' + number;
        input.value = label;
        input.checked = state[number] === label;
        input.setAttribute('aria-label', '第' + (number + 1) + '条，' + label.replace('自查：', ''));
        input.addEventListener('change', function () {
          state[number] = label;
          keep(key, state);
          tell();
        });
        cell.textContent = '';
        cell.appendChild(input);
      });
    });
    clear.addEventListener('click', function () {
      state = {};
      forget(key);
      each(box.querySelectorAll('input:checked'), function (input) { input.checked = false; });
      tell();
    });
    tell();
  }

  var NUMBERS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

  function draft(form) {
    var out = document.querySelector('[data-kw-draft-text]');
    var tools = document.querySelector('[data-kw-draft-tools]');
    var status = document.querySelector('[data-kw-status]');
    var key = 'kw-draft';
    var state = kept(key);
    var boxes = form.querySelectorAll('input[type=checkbox]');
    tools.hidden = false;

    function text() {
      var lines = [], topic = '', part = -1, number = 0;
      each(boxes, function (box) {
        if (!box.checked) { return; }
        if (box.getAttribute('data-topic') !== topic) {
          topic = box.getAttribute('data-topic');
          part += 1;
          lines.push('', (NUMBERS[part] || String(part + 1)) + '、' + topic);
        }
        number += 1;
        lines.push('　　' + number + '．' + box.value);
      });
      if (!number) { return ''; }
      return '（单位）　　　年机关党建工作要点（草稿）\n' + lines.join('\n') + '\n';
    }

    function show() {
      var words = text();
      out.textContent = words || '还没有勾选任务。';
      out.classList.toggle('kw-none', !words);
    }

    each(boxes, function (box) {
      box.checked = !!state[box.value];
      box.addEventListener('change', function () {
        if (box.checked) { state[box.value] = 1; } else { delete state[box.value]; }
        keep(key, state);
        show();
      });
    });
    tools.addEventListener('click', function (event) {
      var what = event.target.getAttribute('data-kw');
      if (what === 'all' || what === 'none') {
        state = {};
        each(boxes, function (box) {
          box.checked = what === 'all';
          if (box.checked) { state[box.value] = 1; }
        });
        keep(key, state);
        show();
        status.textContent = '';
      } else if (what === 'copy') {
        var range = document.createRange();
        range.selectNodeContents(out);
        var selection = window.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        status.textContent = document.execCommand('copy') ? '已复制' : '没有复制成，请选中文字按 Ctrl+C';
      } else if (what === 'save') {
        var link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob(['\ufeff' + text().replace(/\n/g, '\r\n')], { type: 'text/plain;charset=utf-8' }));
        link.download = '工作要点草稿.txt';
        document.body.appendChild(link);
        link.click();
        document.body.removeChild(link);
        URL.revokeObjectURL(link.href);
        status.textContent = '已存成文本文件';
      }
    });
    show();
  }

  /* 表单总页：按词和种类留下一部分 */
  function sift(box) {
    var input = box.querySelector('input');
    var buttons = box.querySelectorAll('button');
    var status = box.querySelector('[role=status]');
    var lists = document.querySelectorAll('.kb-rows');
    var kind = '';

    function show() {
      var words = input.value.toLowerCase().split(/[\s\u3000]+/).filter(Boolean);
      var left = 0;
      each(lists, function (list) {
        var here = 0;
        each(list.children, function (row) {
          var text = row.textContent.toLowerCase();
          var fits = words.every(function (word) { return text.indexOf(word) >= 0; }) &&
            (!kind || row.querySelector('.kb-tag').textContent === kind);
          row.hidden = !fits;
          here += fits ? 1 : 0;
        });
        list.hidden = !here;
        list.previousElementSibling.hidden = !here;
        left += here;
      });
      each(buttons, function (button) { button.setAttribute('aria-pressed', String(button.value === kind)); });
      status.textContent = !words.length && !kind ? '' : left ? '符合的 ' + left + ' 张' : '没有符合的表单。换个词，或者用右上角的检索。';
    }

    input.addEventListener('input', show);
    each(buttons, function (button) {
      button.addEventListener('click', function () {
        kind = kind === button.value ? '' : button.value;
        show();
      });
    });
    box.hidden = false;
    show();
  }

  months();
  due();
  each(document.querySelectorAll('[data-kw-sift]'), sift);
  each(document.querySelectorAll('[data-kw-selfcheck]'), selfcheck);
  each(document.querySelectorAll('[data-kw-draft]'), draft);
}());
