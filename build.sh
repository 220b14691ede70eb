#!/bin/bash
# build.sh DIR OUT
W=${1:-/tmp/wt-fold}; O=${2:-mb}
mkdir -p /tmp/fb/o.$O; cd /tmp/fb/o.$O
F="-std=gnu11 -O3 -fPIC -fvisibility=hidden -fno-semantic-interposition -Wall -Wextra -I$W/include -I$W/libpolicy -DPOLICY_API="
[ fold_tables.o -nt $W/libpolicy/text/fold_tables.c ] || gcc $F -c $W/libpolicy/text/fold_tables.c
for f in $W/libpolicy/text/fold.c $W/libpolicy/text/segment.c $W/libpolicy/text/utf8.c $(ls $W/libpolicy/text/fold_wide*.c | grep -v none | grep -v neon) $(ls $W/libpolicy/text/fold_run*.c 2>/dev/null); do gcc $F -c $f & done; 
gcc $F -I/usr/include/lua5.4 -c $W/libpolicy/base/alloc.c; gcc $F -c $W/libpolicy/base/error.c ; wait
gcc -O2 $F -c /tmp/fb/mb.c
gcc *.o -o ../$O 2>&1 | grep -v "^/usr/bin/ld: warn" | head
