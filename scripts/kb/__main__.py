"""`python -m kb` 与命令 kb 是同一件事。"""

from kb.cli import run

if __name__ == "__main__":
    run()
