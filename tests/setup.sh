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
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "测试还缺：$missing，正在用 apt 安装……"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
  exit 0
fi
echo "测试还缺这些系统软件包，请管理员装好再运行：$missing" >&2
echo "  sudo apt-get install$missing" >&2
exit 1
