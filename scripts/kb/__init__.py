"""人大机关党建知识库的程序：从 content/ 的条目做出 site_build/ 的站点。"""

import os

# numpy 载入时就为大矩阵的乘法开一批线程；这里没有矩阵，每个进程却要为它们等一会儿
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
