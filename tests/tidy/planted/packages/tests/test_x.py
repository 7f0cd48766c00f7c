import os
import pytest
from unheard.of import thing
import local
run(["protoc", "x"])
