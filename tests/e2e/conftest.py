"""The city's web pages and a Chromium in front of them, once for a module of tests."""

import pytest
import pytest_asyncio

from tests.support.browser_user import chromium, chromium_path
from tests.support.web_city import VIEWS, web_city


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(tmp_path_factory):
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    async with web_city(tmp_path_factory.mktemp("web")) as city:
        yield city


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chrome(web):
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(params=VIEWS, loop_scope="module")
async def stand(request, web, chrome):
    async with web.stand(chrome, request.param) as stand:
        yield stand
