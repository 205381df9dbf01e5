"""Adam as PyTorch has it, without the compiler that PyTorch would bring along."""

from inspect import unwrap

import torch

_Theirs = torch.optim.Adam


class Adam(_Theirs):
    """`torch.optim.Adam`, its methods without their wrappers.

    The wrappers ask PyTorch's compiler not to compile the method and import it for that: 150 MB and some seconds, in the server
    and in every training process, although nothing here is ever compiled.
    """

    state_dict = unwrap(_Theirs.state_dict)
    load_state_dict = unwrap(_Theirs.load_state_dict)
    zero_grad = unwrap(_Theirs.zero_grad)
    add_param_group = unwrap(_Theirs.add_param_group)
    step = torch.no_grad()(unwrap(_Theirs.step))
