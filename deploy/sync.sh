#!/bin/sh
# 把站点送到另一台机器：deploy/sync.sh 用户@主机:/srv/dangjian/site
# 对面正是上一次生成的站点时，只送这次变了的文件，连名单也不用对；不是，就全部对一遍。要有 rsync 3.1.3 以上。
set -eu
target=${1:?用法：deploy/sync.sh 用户@主机:文件夹}
target=${target%/}
here=$(cd "$(dirname "$0")/.." && pwd)
site=${2:-$here/site_build/site}
list=${3:-$here/site_build/cache/kb.changed}
[ -f "$site/build.txt" ] || { echo "还没有站点：先 make site" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

now=$(cat "$site/build.txt")
there=none
if rsync -q "$target/build.txt" "$scratch/there" 2>/dev/null; then there=$(cat "$scratch/there"); fi
if [ "$there" = "$now" ]; then
    echo "对面已是最新。"
    exit 0
fi
if [ "$there" != none ] && [ "$(sed -n 1p "$list" 2>/dev/null)" = "# $there $now" ]; then
    echo "对面是上一次生成的站点，只送变了的。"
    # 单子上的确实变了，不看时间：同一秒里又变一次，时间和大小可能一样
    rsync -azI --files-from="$list" --delete-missing-args "$site/" "$target/"
else
    echo "全部对一遍。"
    # 时间比到纳秒：同一秒里生成两次，有的文件大小也一样
    rsync -az --delete --modify-window=-1 --exclude=/build.txt "$site/" "$target/"
fi
# 最后才换：送到一半断了，下次从头再对
rsync -azI "$site/build.txt" "$target/build.txt"
