"""人大机关党建知识库的程序：从 content/ 的条目做出 site_build/ 的站点。"""
