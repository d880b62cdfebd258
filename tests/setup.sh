#!/bin/sh
# 测试要用的系统程序：有 root 和 apt 就装上，否则列出缺什么，退出码 1。
set -eu
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need pdftotext poppler-utils
need qpdf qpdf
need nginx nginx-light
need soffice libreoffice-writer-nogui
need git git
need rsync rsync
# Firefox 有就多测一种浏览器；有的系统的软件源里没有它，装不上就跳过那几个测试
more=""
command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1 || more="firefox-esr"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  [ -z "$missing$more" ] && exit 0
  echo "测试还缺：$missing $more，正在用 apt 安装……"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  [ -z "$missing" ] || apt-get install -y -qq --no-install-recommends $missing >/dev/null
  [ -z "$more" ] || apt-get install -y -qq --no-install-recommends $more >/dev/null 2>&1 || echo "没有装上 $more，Firefox 的测试会跳过"
  exit 0
fi
[ -z "$missing" ] && exit 0
echo "测试还缺这些系统软件包，请管理员装好再运行：$missing" >&2
echo "  sudo apt-get install$missing" >&2
exit 1
