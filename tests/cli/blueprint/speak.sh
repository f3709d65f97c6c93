#!/bin/bash
echo "hello [b]\x1b[31mred"
printf "raw \033[31mred\033[0m\n"
