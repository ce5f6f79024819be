// libyaml. No logic of ours.
#ifndef TIGHTLIP_YAML_SHIM_H
#define TIGHTLIP_YAML_SHIM_H

#include <yaml.h>

#endif
