"""Load modules of a workspace: the only code of this package that runs workspace code in this process.

Every workspace gets a package name of its own, made from its folder, below the name of this package, so that modules of
the same name in two workspaces are two modules. ``cursus_dev`` means the workspace's own package in its modules and
nothing anywhere else. After a load ``sys.path`` and ``sys.modules`` are what they were (libraries that workspace code
imports stay, as after any import). Discovery, listing and validation never come here.

Importing this package puts its finder into ``sys.meta_path``: that is how pickle finds a workspace's class
again, in this process or, by plain ``pickle.loads``, in another one.
"""

from cursus.workspace.loader import finder
from cursus.workspace.loader.module_loader import ModuleLoader
from cursus.workspace.loader.session import importable

__all__ = ["ModuleLoader", "importable"]

finder.install()
